"""Which lines of a workflow's own function run."""

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, TypeVar

T = TypeVar("T")


class Footsteps:
    """Follows the interpreter through one function, a generator's, each time that it goes on.

    Args:
        code: The function's code. What it calls is not followed.
    """

    def __init__(self, code: CodeType) -> None:
        self._code = code
        self._lines: set[int] = set()

    def follow(self, go_on: Callable[[], T]) -> T:
        """What a call gives that lets the generator go on; a tracer that was there before is there again afterwards.

        Args:
            go_on: The call.
        """
        before = sys.gettrace()
        sys.settrace(self._entered)
        try:
            return go_on()
        finally:
            sys.settrace(before)

    def take(self) -> tuple[int, ...]:
        """The lines since the last time."""
        lines, self._lines = tuple(sorted(self._lines)), set()
        return lines

    def _entered(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        return self._stepped(frame, event, None) if frame.f_code is self._code else None

    def _stepped(self, frame: FrameType, _: str, __: Any) -> Callable[..., Any]:
        self._lines.add(frame.f_lineno)
        return self._stepped
