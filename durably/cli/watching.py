"""Who is told of what happens to supervised processes."""

from typing import Protocol


class Watcher(Protocol):
    """Told of all that happens to supervised processes; on the event loop, so it must not block."""

    def started(self, name: str, pid: int) -> None:
        """A process runs."""

    def line(self, name: str, pid: int, text: str) -> None:
        """A process wrote a line."""

    def ended(self, name: str, pid: int, code: int) -> None:
        """A process ended, unasked or stopped; a negative code is a signal's number."""

    def restarting(self, name: str, pause_s: float) -> None:
        """A process that ended unasked is started again after a pause."""


class Onlooker:
    """A watcher that does nothing, for those that do something about one event or two."""

    def started(self, name: str, pid: int) -> None:
        """A process runs."""

    def line(self, name: str, pid: int, text: str) -> None:
        """A process wrote a line."""

    def ended(self, name: str, pid: int, code: int) -> None:
        """A process ended."""

    def restarting(self, name: str, pause_s: float) -> None:
        """A process is started again after a pause."""


class Watchers:
    """Tells each of several watchers, in order.

    Args:
        watchers: Who is told.
    """

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers

    def started(self, name: str, pid: int) -> None:
        """A process runs."""
        for watcher in self._watchers:
            watcher.started(name, pid)

    def line(self, name: str, pid: int, text: str) -> None:
        """A process wrote a line."""
        for watcher in self._watchers:
            watcher.line(name, pid, text)

    def ended(self, name: str, pid: int, code: int) -> None:
        """A process ended."""
        for watcher in self._watchers:
            watcher.ended(name, pid, code)

    def restarting(self, name: str, pause_s: float) -> None:
        """A process is started again after a pause."""
        for watcher in self._watchers:
            watcher.restarting(name, pause_s)
