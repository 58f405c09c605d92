# expect: LOGGING
from collections.abc import Generator
from typing import Any

import structlog

from durably.authoring import OUTBOUND, TaskFailedError, WorkflowContext, retry

log = structlog.get_logger(__name__)


def _complain(event: str, error: Exception) -> None:
    log.warning(event, error=str(error))  # <- LOGGING


def notify_press(ctx: WorkflowContext, release: dict[str, Any]) -> Generator[Any, Any, list[str]]:
    reached = []
    for paper in release["papers"]:
        try:
            yield ctx.call_activity("send_release", input={"to": paper}, retry_policy=retry(OUTBOUND))
        except TaskFailedError as error:
            _complain("paper was not reached", error)
        else:
            reached.append(paper)
    return reached
