# near: FILES
import shutil
import tempfile
from pathlib import Path

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def _export(name: str, rows: list) -> str:
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.writelines(f"{row}\n" for row in rows)
    return shutil.move(file.name, Path("/exports") / name)


@wfr.activity
def export(ctx: wf.WorkflowActivityContext, job: dict) -> str:
    return _export(job["name"], job["rows"])


@wfr.workflow
def export_table(ctx: wf.DaprWorkflowContext, table: dict):
    name = f"{table['name']}.txt"
    return (yield ctx.call_activity(export, input={"name": name, "rows": table["rows"]}))
