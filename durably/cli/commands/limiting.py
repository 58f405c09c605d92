"""A limit to how long code may run in the command, whatever that code catches."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

_AGAIN_S: Final = 0.1
"""After so long it is told once more: what is raised while Python cleans up is lost."""

TimeLimit = Annotated[
    str,
    typer.Option(
        "--time-limit",
        metavar="DURATION",
        help="How long the code may take for one history, such as 30s, until it counts as a break; 0s for ever.",
    ),
]


class TimeIsUpError(BaseException):
    """It took too long. No `except Exception` of the code that is run takes this for a fault of its own."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """A block that may take so long. In the main thread only; an alarm that was set goes on afterwards.

    Args:
        seconds: How long; 0 is for ever.

    Raises:
        TimeIsUpError: It took longer, also if it ended while it was told.
    """
    if not seconds:
        yield
        return
    handler = signal.signal(signal.SIGALRM, _ring)
    before = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *before)


def _ring(_number: int, _frame: Any) -> None:
    raise TimeIsUpError
