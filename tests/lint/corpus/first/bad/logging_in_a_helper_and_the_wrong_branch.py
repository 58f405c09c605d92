# expect: LOGGING
import logging
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry

logger = logging.getLogger(__name__)


def publish_map(ctx: WorkflowContext, tile: dict[str, Any]) -> Generator[Any, Any, str]:
    if ctx.is_replaying:
        logger.info("rendering %s", tile["id"])  # <- LOGGING
    image = yield ctx.call_activity("render_tile", input=tile, retry_policy=retry(LOCAL))
    _note(tile["id"], image)
    yield ctx.call_activity("upload_tile", input=image, retry_policy=retry(LOCAL))
    return tile["id"]


def _note(tile: str, image: str) -> None:
    logger.debug("tile %s is %s", tile, image)  # <- LOGGING
