# near: FILES
import sqlite3
from pathlib import Path
from string import Template

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()

LETTER = Template("Dear $name, your book is back.")


class Library:
    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def readers(self) -> list:
        return sqlite3.connect(self.path).execute("select name from readers order by name").fetchall()


@wfr.activity
def readers_of(ctx: wf.WorkflowActivityContext, path: str) -> list:
    return [name for (name,) in Library(path).readers()]


@wfr.activity
def write_letter(ctx: wf.WorkflowActivityContext, letter: dict) -> int:
    return Path(f"/letters/{letter['to']}.txt").write_text(letter["text"])


@wfr.workflow
def tell_readers(ctx: wf.DaprWorkflowContext, library: str):
    for name in (yield ctx.call_activity(readers_of, input=library)):
        yield ctx.call_activity(write_letter, input={"to": name, "text": LETTER.substitute(name=name)})
