# near: ENV, FILES
import os
import os.path
from pathlib import PurePosixPath

from dapr.ext.workflow import DaprWorkflowContext


def convert_video(ctx: DaprWorkflowContext, video: dict):
    """Paths are computed here, and touched only by activities."""
    stem, _ = os.path.splitext(os.path.basename(video["path"]))
    target = os.path.join("/media", video["owner"], f"{stem}.webm")
    poster = PurePosixPath(target).with_suffix(".jpg")
    yield ctx.call_activity("encode", input={"from": video["path"], "to": os.fspath(target)})
    yield ctx.call_activity("draw_poster", input={"from": target, "to": str(poster)})
    return target
