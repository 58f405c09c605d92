"""`durably workers`: who is there to do the work."""

from typing import Annotated, Any, Final

import typer

from durably.cli.commands.output import Cell, document, note, on_terminal, rich_table, table
from durably.cli.commands.profile import Server
from durably.cli.commands.refreshing import Sight, Watch, refreshed
from durably.cli.commands.text import distance, printable

_HEAD: Final = ("worker", "version", "pod", "stream", "in flight", "held back", "beat", "registered")
_WRAPS: Final = ("worker", "pod", "registered")
_STREAMS: Final = {"connected": "green", "lost": "bold red", "locked": "bold red"}
_NONE: Final = "No worker says that it is there; `durably why ID` says what that means for an instance."

Wide = Annotated[bool, typer.Option("--wide", help="Name the workflows, with versions, and the activities.")]


def workers(*, server: Server, wide: Wide = False, watch: Watch = False) -> None:
    """List the workers: whether work comes in, what they run now, what they hold back, and what they can run.

    Each says so of itself every few seconds; one that has not for a while is listed no more.
    With --json: {"workers": [...], "problem": ...}.
    """
    api = server.api()

    def tell(found: dict[str, Any]) -> None:
        if found["workers"]:
            table(_HEAD, _rows(found, wide=wide), wraps=_WRAPS)
        if problem := _problem(found):
            note(problem)

    sight = Sight(
        look=lambda: api.get("/workers"),
        key=lambda found: (_rows(found, wide=wide, beats=False), found.get("problem")),
        tell=tell,
        drawn=lambda found: _drawn(found, wide=wide),
    )
    if watch:
        refreshed(sight, as_json=server.as_json)
    elif server.as_json:
        document(sight.look())
    else:
        tell(sight.look())


def _drawn(found: dict[str, Any], *, wide: bool) -> Any:
    from rich.console import Group  # noqa: PLC0415 - not for a pipe: it takes longer than the rest
    from rich.text import Text  # noqa: PLC0415 - as above

    return Group(rich_table(_HEAD, _rows(found, wide=wide), wraps=_WRAPS), Text(_problem(found), style="yellow"))


def _problem(found: dict[str, Any]) -> str:
    """What is wrong with the list, if something is."""
    return printable(found.get("problem") or ("" if found["workers"] else _NONE))


def _rows(found: dict[str, Any], *, wide: bool, beats: bool = True) -> list[list[Cell]]:
    return [_row(worker, wide=wide, beats=beats) for worker in found["workers"]]


def _row(worker: dict[str, Any], *, wide: bool, beats: bool) -> list[Cell]:
    held_back = worker["held_back_count"]
    when = distance if on_terminal() else str
    return [
        Cell(worker["worker"]),
        Cell(worker["version"]),
        Cell("/".join(name for name in (worker.get("namespace"), worker.get("pod")) if name)),
        Cell("draining", "magenta") if worker["draining"] else Cell(worker["stream"], _STREAMS[worker["stream"]]),
        Cell(f"{worker['in_flight_count']}/{worker['max_activities']}"),
        Cell(str(held_back), "bold red" if held_back else ""),
        Cell(when(worker["beat_at"]) if beats else ""),
        Cell(_names(worker) if wide else _numbers(worker)),
    ]


def _names(worker: dict[str, Any]) -> str:
    workflows = (f"{workflow['name']} {'/'.join(workflow['versions'])}" for workflow in worker["workflows"])
    return ", ".join([*workflows, *worker["activities"]])


def _numbers(worker: dict[str, Any]) -> str:
    return f"{_count(worker['workflows'], 'workflow')}, {_count(worker['activities'], 'activity')}"


def _count(names: list[Any], one: str) -> str:
    many = f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    return f"{len(names)} {one if len(names) == 1 else many}"
