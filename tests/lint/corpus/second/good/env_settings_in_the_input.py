# near: ENV
import os
from dataclasses import dataclass

import dapr.ext.workflow as wf

runtime = wf.WorkflowRuntime()


@dataclass(frozen=True)
class Environ:
    stage: str
    limit: int


@runtime.activity
def scale(ctx: wf.WorkflowActivityContext, wanted: dict) -> str:
    return f"{wanted['stage']}: {wanted['count']}"


@runtime.workflow
def scale_out(ctx: wf.DaprWorkflowContext, given: dict):
    environ = Environ(**given["environ"])
    count = min(given["count"], environ.limit)
    return (yield ctx.call_activity(scale, input={"stage": environ.stage, "count": count}))


def main() -> None:
    environ = {"stage": os.environ["STAGE"], "limit": int(os.getenv("LIMIT", "3"))}
    runtime.start()
    wf.DaprWorkflowClient().schedule_new_workflow(scale_out, input={"environ": environ, "count": 9})
