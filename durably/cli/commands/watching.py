"""`durably watch`: an instance, live."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import typer

from durably.cli.commands.declared import ENDED, InstanceId
from durably.cli.commands.drawing import changed, drawn, show, title
from durably.cli.commands.following import Message, followed
from durably.cli.commands.output import document, note, on_terminal, say
from durably.cli.commands.profile import Server
from durably.cli.commands.starting import conclude
from durably.cli.commands.text import printable
from durably.cli.commands.timeline import Timeline
from durably.cli.commands.waiting import exit_code

_FRAMES_A_SECOND: Final = 4
_FRAME_LINES: Final = 7
"""What a screen has besides steps: title, head, rules, a notice and a line for the cursor."""


def watch(*, server: Server, instance_id: InstanceId) -> None:
    """Follow an instance until it ends.

    On a terminal it is a live timeline, elsewhere a line for everything that happens. A lost connection is taken up
    where it was. The exit code is that of the workflow. With --json: one line for each
    event, {"event": "instance" or "history" or "end", "data": ...}.
    """
    seen = Seen()
    with _shown(seen, as_json=server.as_json) as shown:
        for message in followed(server.api(), instance_id):
            shown.take(message)
    if server.as_json:
        raise typer.Exit(exit_code(seen.view))
    if on_terminal():
        show(seen.view, seen.timeline)
    conclude(seen.view, as_json=False)


class Seen:
    """What is known of an instance so far. This one shows nothing.

    Attributes:
        view: The instance.
        timeline: What happened.
        lost: Why the connection is lost; empty while it is not.
    """

    def __init__(self) -> None:
        self.view: dict[str, Any] = {}
        self.timeline = Timeline()
        self.lost = ""
        self._place = -1

    def take(self, message: Message) -> str:
        """Take a message in; what it changed, in one line."""
        self.lost = trouble(message)
        if message.kind == "history":
            place = int(message.number or self._place + 1)
            if place <= self._place:  # the workflow continued as new: its history begins again
                self.timeline = Timeline()
            self._place = place
            step = self.timeline.add(message.data)
            return changed(step) if step else ""
        if message.kind in {"instance", "end"}:
            before, self.view = self.view, message.data
            said = before.get("status") == self.view["status"] or self.view["status"] in ENDED  # its end is said last
            return "" if said else f"{self.view['updated_at']}  {title(self.view)}"
        return ""


class _JsonLines:
    """Every message as JSON."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def take(self, message: Message) -> None:
        self._seen.take(message)
        if self._seen.lost:
            note(self._seen.lost)
        else:
            document({"event": message.kind, "data": message.data})


class _Lines:
    """A line for everything that changed."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def take(self, message: Message) -> None:
        if line := self._seen.take(message):
            say(line)
        if self._seen.lost:
            note(self._seen.lost)


class _Live:
    """A timeline that grows while one looks."""

    def __init__(self, seen: Seen) -> None:
        from rich.console import Console  # noqa: PLC0415 - not for a pipe: it takes longer than the rest
        from rich.live import Live  # noqa: PLC0415 - as above

        self._seen, self._console = seen, Console()
        self.live = Live(
            console=self._console, transient=True, refresh_per_second=_FRAMES_A_SECOND, get_renderable=self._frame
        )

    def take(self, message: Message) -> None:
        self._seen.take(message)
        self.live.refresh()

    def _frame(self) -> Any:
        from rich.console import Group  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        seen, size = self._seen, self._console.size
        room = max(1, size.height - _FRAME_LINES)
        body = drawn(seen.timeline, datetime.now(UTC), width=size.width, last=room)
        below = Text(seen.lost, style="yellow")
        return Group(Text(title(seen.view) if seen.view else "connecting ...", style="bold"), body, below)


def trouble(message: Message) -> str:
    """What is wrong for a while, in one line; empty when nothing is."""
    if message.kind == "lost":
        return f"{message.data}; trying again"
    if message.kind == "problem":
        return printable(f"{message.data.get('detail')} Waiting for it to come back.")
    return ""


@contextmanager
def _shown(seen: Seen, *, as_json: bool) -> Iterator[_JsonLines | _Lines | _Live]:
    """Where the messages go: JSON, lines, or a screen that is left as it was."""
    if as_json or not on_terminal():
        yield _JsonLines(seen) if as_json else _Lines(seen)
        return
    screen = _Live(seen)
    with screen.live:
        yield screen
