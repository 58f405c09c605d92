"""Engine time. Workflows take their time from the engine, so a clock that can be moved moves them."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from operator import itemgetter

from google.protobuf.timestamp_pb2 import Timestamp

_NS = 1_000_000_000
_LOOK_AGAIN_S = 60.0
"""A laptop that slept wakes with the loop's own timers late; no timer is later than this."""


class Clock:
    """Tells the time, the machine's, and calls back when a time has come."""

    def now_ns(self) -> int:
        """Nanoseconds since the epoch."""
        return time.time_ns()

    def call_at(self, due_ns: int, callback: Callable[[], None]) -> None:
        """Call back once `now_ns()` has reached `due_ns`; at the next turn of the loop if it has already."""
        loop, delay_s = asyncio.get_running_loop(), (due_ns - self.now_ns()) / _NS
        if delay_s > 0:  # looked at again when the time has come: the loop's own timers can be a moment early
            loop.call_later(min(delay_s, _LOOK_AGAIN_S), self.call_at, due_ns, callback)
        else:
            loop.call_soon(callback)


class TestClock(Clock):
    """Time that stands still until it is moved: a workflow that waits 72 hours is tested in milliseconds."""

    __test__ = False  # not a test, in spite of its name

    def __init__(self) -> None:
        self._now_ns = time.time_ns()
        self._due: list[tuple[int, Callable[[], None]]] = []

    def now_ns(self) -> int:
        """See `Clock`."""
        return self._now_ns

    def call_at(self, due_ns: int, callback: Callable[[], None]) -> None:
        """See `Clock`."""
        if due_ns <= self._now_ns:
            asyncio.get_running_loop().call_soon(callback)
        else:
            self._due.append((due_ns, callback))

    def advance(self, by: timedelta) -> None:
        """Move time on, and call everything that has become due, in its order. Call it on the engine's loop."""
        self._now_ns += int(by.total_seconds() * _NS)
        due = [entry for entry in self._due if entry[0] <= self._now_ns]
        self._due = [entry for entry in self._due if entry[0] > self._now_ns]
        for _, callback in sorted(due, key=itemgetter(0)):
            callback()


def to_stamp(ns: int) -> Timestamp:
    """Nanoseconds since the epoch as a message."""
    return Timestamp(seconds=ns // _NS, nanos=ns % _NS)
