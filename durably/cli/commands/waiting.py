"""Waiting for an instance to end, however long that takes, and its exit code."""

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from durably.cli.commands.api import Api, path
from durably.cli.commands.declared import ENDED, FOREVER
from durably.cli.commands.refusals import RefusedError, UnreachableError
from durably.cli.commands.text import seconds_of
from durably.cli.exits import ExitCode

_LONGEST_POLL_S: Final = 20.0
_PATIENCE_S: Final = 60.0
"""How long the server may be away before a wait is given up."""
_PAUSE_S: Final = 0.5

Answer = TypeVar("Answer")


def seconds_to_wait(text: str) -> float:
    """What `--wait` stands for.

    Raises:
        UsageError: It is no duration.
    """
    return float("inf") if text == FOREVER else seconds_of(text)


def ended(api: Api, instance_id: str, wait_s: float) -> dict[str, Any]:
    """The instance, once it has ended or the wait is over; a server that is away meanwhile is asked again.

    Raises:
        CommandError: The server says no, or stays away.
    """
    ends = time.monotonic() + wait_s
    patience = Patience()
    while True:
        left = max(0.0, ends - time.monotonic())
        poll_s = min(left, _LONGEST_POLL_S)
        try:
            view: dict[str, Any] = api.get(path("instances", instance_id), _wait(poll_s), wait_s=poll_s)
        except (RefusedError, UnreachableError) as error:
            patience.after(error, at_most_s=left)
            continue
        patience.renew()
        if view["status"] in ENDED or time.monotonic() >= ends:
            return view


def exit_code(view: dict[str, Any]) -> ExitCode:
    """What a workflow that was waited for makes of the command."""
    if view["status"] not in ENDED:
        return ExitCode.UNFINISHED
    return ExitCode.OK if view["status"] == "completed" else ExitCode.FAILED


def insist(ask: Callable[[], Answer], *, limit_s: float) -> Answer:
    """What is answered, however often it has to be asked.

    Args:
        ask: Asks.
        limit_s: Seconds for which the server may be away; 0 asks once.

    Raises:
        RefusedError: Asking again would not change it, or it has been away for too long.
        UnreachableError: It has been away for too long.
    """
    patience = Patience(limit_s=limit_s)
    while True:
        try:
            return ask()
        except (RefusedError, UnreachableError) as error:
            patience.after(error, at_most_s=limit_s)


class Patience:
    """How long a server that is away is asked again.

    Args:
        limit_s: Seconds for which it may be away.
    """

    def __init__(self, *, limit_s: float = _PATIENCE_S) -> None:
        self._limit_s = limit_s
        self._ends: float | None = None

    def renew(self) -> None:
        """It answered."""
        self._ends = None

    def after(self, error: RefusedError | UnreachableError, *, at_most_s: float) -> None:
        """Pause before it is asked again.

        Args:
            error: What went wrong.
            at_most_s: Seconds that are left anyway.

        Raises:
            RefusedError: Asking again would not change it, or it has been away for too long.
            UnreachableError: Likewise.
        """
        now = time.monotonic()
        self._ends = self._ends or now + min(self._limit_s, at_most_s)
        if not error.retryable or now >= self._ends:
            raise error
        time.sleep(min(error.retry_after_s or _PAUSE_S, self._ends - now))


def _wait(seconds: float) -> dict[str, str]:
    return {"wait": f"{int(seconds * 1000)}ms"} if seconds >= 0.001 else {}  # noqa: PLR2004 - the smallest there is
