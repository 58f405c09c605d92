"""How the demo is shown: a live table on a terminal, plain lines elsewhere, or nothing at all."""

import json
from collections.abc import Sequence
from typing import Any, Final, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from durably.cli.evidence import ActivityReport, Check
from durably.cli.ledger import Run

_STYLES: Final = {"done": "green", "running": "yellow", "killed": "bold red", "failed": "red", "waiting": "dim"}
_LONGEST_RESULT: Final = 60


class Stage:
    """Where the demo is shown, for as long as the context lasts. This one shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def say(self, text: str) -> None:
        """What happens now."""

    def show(self, pipeline: Sequence[ActivityReport]) -> None:
        """How the activities stand now."""


class PlainStage(Stage):
    """One line for everything that changes, for pipes and logs."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def say(self, text: str) -> None:
        """What happens now."""
        _print(text)

    def show(self, pipeline: Sequence[ActivityReport]) -> None:
        """The activities that stand differently from before."""
        for activity in pipeline:
            line = f"  {activity.name}: {activity.state}, runs: {len(activity.runs)}"
            if activity.runs:
                line += f", on {_where(activity.runs).plain}"
            if activity.completions:
                line += f", result {_short(activity.result)}"
            if activity.runs and self._shown.get(activity.name) != line:
                _print(line)
            self._shown[activity.name] = line


class LiveStage(Stage):
    """A table that changes while one looks."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        """What happens now; it stays above the table."""
        self._console.print(text, highlight=False)

    def show(self, pipeline: Sequence[ActivityReport]) -> None:
        """The table as it is now."""
        self._live.update(_table(pipeline), refresh=True)


def stage_for(*, silent: bool) -> Stage:
    """The stage that fits where the output goes."""
    console = Console()
    if silent:
        return Stage()
    return LiveStage(console) if console.is_terminal and not console.is_dumb_terminal else PlainStage()


def show_checks(checks: Sequence[Check]) -> None:
    """The proof, one line for each claim."""
    console = Console(highlight=False)
    for check in checks:
        mark = Text("  ok    ", style="green") if check.holds else Text("  FALSE ", style="bold red")
        mark.append(check.claim if check.holds else f"{check.claim}; found: {check.found}", style="default")
        console.print(mark, soft_wrap=True)


def _table(pipeline: Sequence[ActivityReport]) -> Table:
    table = Table()
    for column in ("activity", "runs", "where", "state"):
        table.add_column(column, no_wrap=True)
    table.add_column("result", overflow="fold")
    for activity in pipeline:
        table.add_row(
            activity.name,
            str(len(activity.runs)),
            _where(activity.runs),
            Text(activity.state, style=_STYLES[activity.state]),
            _short(activity.result) if activity.completions else "",
        )
    return table


def _where(runs: Sequence[Run]) -> Text:
    """The workers that ran it, in order."""
    text = Text()
    for run in runs:
        text.append(", " if text else "").append(f"PID {run.pid}")
        if run.outcome in {"killed", "failed"}:
            text.append(f" ({run.outcome})", style=_STYLES[run.outcome])
    return text


def _short(result: Any) -> str:
    """What an activity returned, in a few words: without ids, which say nothing to a reader, and empty fields."""
    if isinstance(result, dict):
        said = {name: value for name, value in result.items() if value is not None and not name.endswith("_id")}
        text = ", ".join(
            f"{name}: {value if isinstance(value, str) else json.dumps(value)}" for name, value in said.items()
        )
    else:
        text = "-" if result is None else json.dumps(result)
    return text if len(text) <= _LONGEST_RESULT else f"{text[: _LONGEST_RESULT - 1]}…"


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the output of the command
