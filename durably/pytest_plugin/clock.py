"""Another time for a whole process. Nothing else of ours is imported before it is set."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any, Final, Self

_SECONDS: Final = ("time", "monotonic", "perf_counter", "process_time")
_NANOSECONDS: Final = ("time_ns", "monotonic_ns", "perf_counter_ns", "process_time_ns")
_FROM_NOW: Final = ("localtime", "gmtime", "ctime")


def shift(seconds: int) -> None:
    """Set the clocks of `time` and `datetime`, for all that is imported from now on.

    Args:
        seconds: By how much.
    """
    for names, by in ((_SECONDS, seconds), (_NANOSECONDS, seconds * 1_000_000_000)):
        for name in names:
            setattr(time, name, _later(getattr(time, name), by))
    for name in _FROM_NOW:
        setattr(time, name, _of_now(getattr(time, name)))
    _Moment.by = _Day.by = dt.timedelta(seconds=seconds)
    dt.datetime, dt.date = _Moment, _Day  # type: ignore[misc]


def _later(clock: Callable[[], Any], by: int) -> Callable[[], Any]:
    return lambda: clock() + by


def _of_now(function: Callable[[float], Any]) -> Callable[..., Any]:
    return lambda seconds=None: function(time.time() if seconds is None else seconds)


class _Standing(type):
    """Whatever is a `datetime` is one of those here too: what C code makes stays as it is."""

    def __instancecheck__(cls, instance: object) -> bool:
        real = _REAL.get(cls)
        return isinstance(instance, real) if real else super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        real = _REAL.get(cls)
        return issubclass(subclass, real) if real else super().__subclasscheck__(subclass)


class _Moment(dt.datetime, metaclass=_Standing):
    by = dt.timedelta()

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Self:
        return super().now(tz) + cls.by

    @classmethod
    def utcnow(cls) -> Self:
        return cls.now(dt.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Self:
        return cls.now()


class _Day(dt.date, metaclass=_Standing):
    by = dt.timedelta()

    @classmethod
    def today(cls) -> Self:
        return super().today() + cls.by


_REAL: Final[dict[type, type]] = {_Moment: dt.datetime, _Day: dt.date}
