"""Looking again every few seconds, and showing what has changed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final, NamedTuple

import typer

from durably.cli.commands.output import document, note, on_terminal
from durably.cli.commands.refusals import RefusedError, UnreachableError
from durably.cli.commands.waiting import Patience

_PAUSE_S: Final = 2.0

Watch = Annotated[
    bool, typer.Option("--watch", help=f"Look again every {_PAUSE_S:g} seconds. With --json: a line for each change.")
]


class Sight(NamedTuple):
    """What is looked at, and how it is shown.

    Attributes:
        look: Asks the server.
        key: What has to change for it to be shown again in a pipe: no times, which always do.
        tell: Prints it.
        drawn: The same, for rich.
        over: Whether nothing will change any more.
    """

    look: Callable[[], dict[str, Any]]
    key: Callable[[dict[str, Any]], Any]
    tell: Callable[[dict[str, Any]], None]
    drawn: Callable[[dict[str, Any]], Any]
    over: Callable[[dict[str, Any]], bool] = lambda _: False


def refreshed(sight: Sight, *, as_json: bool, pause_s: float = _PAUSE_S) -> dict[str, Any]:
    """Look until it is over; what was seen last. A server that is away meanwhile is asked again.

    Args:
        sight: What is looked at.
        as_json: Whether JSON is printed.
        pause_s: Seconds between two looks.

    Raises:
        CommandError: The server says no, or stays away.
    """
    patience, lost = Patience(), ""
    with _shown(sight, as_json=as_json) as show:
        while True:
            try:
                found = sight.look()
            except (RefusedError, UnreachableError) as error:
                if error.retryable and str(error) != lost:
                    lost = str(error)
                    note(f"{lost}; trying again")
                patience.after(error, at_most_s=float("inf"))
                continue
            patience.renew()
            lost = ""
            show(found)
            if sight.over(found):
                return found
            time.sleep(pause_s)


@contextmanager
def _shown(sight: Sight, *, as_json: bool) -> Iterator[Callable[[dict[str, Any]], None]]:
    """How it is shown: JSON or text for every change, or a screen that is drawn anew."""
    if not as_json and on_terminal():
        from rich.live import Live  # noqa: PLC0415 - not for a pipe: it takes longer than the rest

        with Live(auto_refresh=False) as live:
            yield lambda found: live.update(sight.drawn(found), refresh=True)
        return
    told: list[Any] = []

    def tell(found: dict[str, Any]) -> None:
        key = sight.key(found)
        if told == [key]:
            return
        told[:] = [key]
        (document if as_json else sight.tell)(found)

    yield tell
