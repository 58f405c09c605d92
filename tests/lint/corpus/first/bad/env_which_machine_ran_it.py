# expect: ENV
import os
import platform

from dapr.ext.workflow import DaprWorkflowContext


def _stamp(step: str) -> dict:
    host = platform.node()  # <- ENV
    return {"step": step, "by": f"{host}/{os.getpid()}"}  # <- ENV


def index_archive(ctx: DaprWorkflowContext, archive: str):
    """Index all volumes of an archive, one after the other."""
    volumes = yield ctx.call_activity("list_volumes", input=archive)
    for volume in volumes:
        yield ctx.call_activity("index_volume", input={"volume": volume, **_stamp("index")})
    return len(volumes)
