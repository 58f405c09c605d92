# expect: FILES
import shutil
import tempfile
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def stitch_panorama(ctx: WorkflowContext, photos: list[str]) -> Generator[Any, Any, str]:
    folder = tempfile.mkdtemp(prefix="panorama-")  # <- FILES
    for photo in photos:
        yield ctx.call_activity("align", input={"photo": photo, "folder": folder}, retry_policy=retry(LOCAL))
    result = yield ctx.call_activity("stitch", input=folder, retry_policy=retry(LOCAL))
    shutil.rmtree(folder)  # <- FILES
    return result
