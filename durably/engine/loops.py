"""The event loops of a worker process: the application's own, and the one that the SDK makes for itself."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, Final

import uvloop

_POLICIES_GO: Final = (3, 14)
"""From here on Python warns of event loop policies; the SDK's loop is then the standard one, which is only slower."""


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run the application on uvloop, and let the SDK, which asks the policy for its loop, have the same."""
    if sys.version_info < _POLICIES_GO:
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
