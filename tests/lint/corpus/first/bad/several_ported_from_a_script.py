# expect: CLOCK, LOGGING, UUID
import logging
import time
import uuid

import dapr.ext.workflow as wf

log = logging.getLogger("etl")


class Run:
    def __init__(self, source: str) -> None:
        self.source = source
        self.id = str(uuid.uuid4())  # <- UUID

    def describe(self) -> dict:
        return {"id": self.id, "source": self.source}


def etl(ctx: wf.DaprWorkflowContext, source: str):
    run = Run(source)
    started = time.time()  # <- CLOCK
    rows = yield ctx.call_activity("extract", input=run.describe())
    yield ctx.call_activity("load", input={"run": run.id, "rows": rows})
    log.info("run %s took %.1f s", run.id, time.time() - started)  # <- CLOCK, LOGGING
    return run.id
