# expect: FILES
from pathlib import Path

from dapr.ext.workflow import DaprWorkflowContext


class Marker:
    """Says that a job is done, by a file."""

    def __init__(self, job: str) -> None:
        self.path = Path("/var/jobs") / f"{job}.done"

    def set(self) -> None:
        self.path.write_text("done")  # <- FILES


def nightly_job(ctx: DaprWorkflowContext, job: str):
    marker = Marker(job)
    yield ctx.call_activity("run_job", input=job)
    marker.set()
    return job
