"""Engine time. Workflows take their time from the engine, so a clock that can be moved moves them."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp

_NS = 1_000_000_000


class Clock(Protocol):
    """Tells the time and calls back when a time has come."""

    def now_ns(self) -> int:
        """Nanoseconds since the epoch."""

    def call_at(self, due_ns: int, callback: Callable[[], None]) -> None:
        """Call back once `now_ns()` has reached `due_ns`; at the next turn of the loop if it has already."""


class SystemClock:
    """The machine's time."""

    def now_ns(self) -> int:
        """See `Clock`."""
        return time.time_ns()

    def call_at(self, due_ns: int, callback: Callable[[], None]) -> None:
        """See `Clock`."""
        delay_s = max(0, due_ns - time.time_ns()) / _NS
        # The loop's own delay is bounded so that a change of the machine's time is noticed within the hour.
        if delay_s > 3600:  # noqa: PLR2004 - an hour
            asyncio.get_running_loop().call_later(3600, self.call_at, due_ns, callback)
        else:
            asyncio.get_running_loop().call_later(delay_s, callback)


class TestClock:
    """Time that stands still until it is moved: a workflow that waits 72 hours is tested in milliseconds."""

    __test__ = False  # not a test, in spite of its name

    def __init__(self) -> None:
        self._now_ns = time.time_ns()
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def now_ns(self) -> int:
        """See `Clock`."""
        return self._now_ns

    def call_at(self, due_ns: int, callback: Callable[[], None]) -> None:
        """See `Clock`."""
        if due_ns <= self._now_ns:
            asyncio.get_running_loop().call_soon(callback)
        else:
            heapq.heappush(self._due, (due_ns, next(self._order), callback))

    def advance(self, by: timedelta) -> None:
        """Move time on, and call everything that has become due, in its order. Call it on the engine's loop."""
        self._now_ns += int(by.total_seconds() * _NS)
        while self._due and self._due[0][0] <= self._now_ns:
            heapq.heappop(self._due)[2]()


def to_stamp(ns: int) -> Timestamp:
    """Nanoseconds since the epoch as a message."""
    return Timestamp(seconds=ns // _NS, nanos=ns % _NS)


def to_ns(stamp: Timestamp) -> int:
    """A message as nanoseconds since the epoch."""
    return int(stamp.seconds) * _NS + int(stamp.nanos)
