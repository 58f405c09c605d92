"""`durably reindex`: the comparison of the index with the engine, followed to its end."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from durably.cli.commands.api import Api, path
from durably.cli.commands.output import document, note, say
from durably.cli.commands.profile import Server
from durably.cli.commands.refusals import RefusedError, UnreachableError
from durably.cli.commands.waiting import Patience
from durably.cli.exits import CommandError, ExitCode

_PAUSE_S: Final = 0.5
_SILENCE_S: Final = 60.0
"""How long other workers may answer in the place of the one that compares, before it counts as gone."""
_AGAIN: Final = "what was mended stays so; repeat the command"

State = dict[str, Any]
Show = Callable[[State], object]


def reindex(*, server: Server) -> None:
    """Compare the index that lists come from with the engine, and mend it.

    Every instance is read. A worker does it, and goes on when you press Ctrl-C. With --json: the index at the end.
    """
    api = server.api()
    begun = api.post(path("index", "rebuild"))
    with _progress(begun) as show:
        state = followed(api, begun, show=show)
    if state["problem"]:
        told = f"the comparison came to no end: {state['problem']}"
        raise CommandError(told, hint=_AGAIN, code=ExitCode.UNAVAILABLE)
    if server.as_json:
        document(state)
    else:
        say(f"compared; the index has {_count(state)}")


def followed(api: Api, begun: State, *, show: Show, pause_s: float = _PAUSE_S, silence_s: float = _SILENCE_S) -> State:
    """The index, once the worker that was asked has compared it.

    Args:
        api: Where it is; behind it there may be several workers, of which any may answer.
        begun: What the worker that compares answered.
        show: Told how it goes.
        pause_s: Seconds between two questions.
        silence_s: Seconds without a word of that worker after which it counts as gone.

    Raises:
        CommandError: It is gone, or the server is.
    """
    state, patience, heard = begun, Patience(), time.monotonic()
    while state["rebuilding"]:
        show(state)
        time.sleep(pause_s)
        try:
            answer: State = api.get(path("index"))
        except (RefusedError, UnreachableError) as error:
            patience.after(error, at_most_s=float("inf"))
            continue
        patience.renew()
        if answer["worker"] == begun["worker"]:
            state, heard = answer, time.monotonic()
        elif time.monotonic() - heard > silence_s:
            told = "the worker that compared the index does not answer any more"
            raise CommandError(told, hint=_AGAIN, code=ExitCode.UNAVAILABLE)
    return state


@contextmanager
def _progress(begun: State) -> Iterator[Show]:
    """On a terminal a line that moves, elsewhere one that does not; how many are left nobody knows before the end."""
    if not sys.stderr.isatty():
        note(_doing(begun))
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - not for a pipe: it takes longer than the rest

    with Console(stderr=True).status(_doing(begun)) as line:
        yield lambda state: line.update(_doing(state))


def _doing(state: State) -> str:
    return f"comparing the index with the engine; it has {_count(state)}"


def _count(state: State) -> str:
    return "1 instance" if state["instances"] == 1 else f"{state['instances']} instances"
