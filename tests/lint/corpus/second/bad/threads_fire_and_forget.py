# expect: THREADS
from threading import Thread

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def _count(words: list, found: dict) -> None:
    for word in words:
        found[word] = found.get(word, 0) + 1


@wfr.workflow
def word_count(ctx: wf.DaprWorkflowContext, text: str):
    found: dict[str, int] = {}
    counter = Thread(target=_count, args=(text.split(), found))  # <- THREADS
    counter.start()
    counter.join()
    yield ctx.call_activity(keep_count, input=found)
    return len(found)


@wfr.activity
def keep_count(ctx: wf.WorkflowActivityContext, found: dict) -> None: ...
