# near: NETWORK
from collections.abc import Generator
from typing import Any
from urllib.parse import quote, urljoin

from durably.authoring import OUTBOUND, WorkflowContext, retry


def light_up(ctx: WorkflowContext, hall: dict[str, Any]) -> Generator[Any, Any, int]:
    """Switch on each lamp; a `socket` is where it is plugged in."""
    for socket in hall["sockets"]:
        address = urljoin(hall["controller"], quote(socket["name"]))
        yield ctx.call_activity("switch_on", input=address, retry_policy=retry(OUTBOUND))
    return len(hall["sockets"])
