"""What workflow code does while it runs: where it asks for something, where it waits, what it is given."""

import inspect
import json
import linecache
import sys
from collections.abc import Callable, Generator
from functools import partial
from types import FrameType, GeneratorType
from typing import Any, Final

from durably.contracts.instances import Failure
from durably.contracts.replays import Action, Answer, Place
from durably.engine.asking import asked_by
from durably.engine.footsteps import Footsteps
from durably.engine.registry import WorkflowFunction
from durably.engine.sdk import shared

_SDK: Final = "dapr."
_OURS: Final = (__name__, "durably.engine.turns", "durably.engine.mending", "durably.engine.running")

Spot = tuple[str, int, str]
"""File, line, function: a place whose line was not read yet, as most never are."""


def place_of(spot: Spot) -> Place:
    """A spot with the line that stands there now."""
    file, line, function = spot
    return Place(file=file, line=line, function=function, text=linecache.getline(file, line).strip())


def listened(run: WorkflowFunction) -> WorkflowFunction:
    """A workflow's function that tells the listener of its context what it does, and does the same."""

    def workflow(ctx: Any, given: Any) -> Generator[Any, Any, Any]:
        turns = run(ctx, given)
        if not isinstance(turns, GeneratorType):
            return (yield from turns)
        return (yield from _driven(ctx.listener, turns))

    return workflow


def _driven(listener: "Listener", turns: Any) -> Generator[Any, Any, Any]:
    """What `yield from` does, with an ear at each crossing."""
    listener.began(turns)
    go_on: Callable[[], Any] = partial(next, turns)
    while True:
        try:
            task = listener.follow(go_on)
        except StopIteration as end:
            listener.ended(None)
            return end.value
        except BaseException as error:
            listener.ended(error)
            raise
        listener.waits(task)
        try:
            given_back = yield task
        except GeneratorExit:
            turns.close()
            raise
        except BaseException as error:  # noqa: BLE001 - it is the code's own, which gets it here
            listener.raised(task, error)
            go_on = partial(turns.throw, error)
        else:
            listener.given(task, given_back)
            go_on = partial(turns.send, given_back)


class Listener:
    """Listens to one run of one workflow's code.

    Args:
        ctx: The SDK's context of the run.
        keeps: Whether answers are kept: that costs more than all the rest.
        lines: Whether lines are kept, too: that costs as much again.

    Attributes:
        spots: Where each action was asked for, by its id, where code asked and not the SDK by itself.
        answers: What came of each `yield` since the last `take`.
    """

    def __init__(self, ctx: Any, *, keeps: bool = True, lines: bool = False) -> None:
        self._ctx = ctx
        self._keeps, self._lines = keeps, lines
        self._next_id: Callable[[], int] = ctx.next_sequence_number
        ctx.next_sequence_number = self._numbered
        self.spots: dict[int, Spot] = {}
        self._answers: list[Answer] = []
        self._footsteps: Footsteps | None = None
        self._turns: Any = None
        self._frame: FrameType | None = None
        self._end: Spot | None = None
        self._asked: dict[int, Action] = {}
        self._ids: dict[Any, int] = {}

    def began(self, turns: Any) -> None:
        """The code is about to run."""
        self._turns, self._frame = turns, turns.gi_frame
        self._footsteps = Footsteps(turns.gi_code) if self._lines else None

    def follow(self, go_on: Callable[[], Any]) -> Any:
        """What the code gives when it goes on."""
        return self._footsteps.follow(go_on) if self._footsteps is not None else go_on()

    def waits(self, task: Any) -> None:
        """The code waits for a task."""
        if not self._keeps:
            return
        for number, action in self._ctx._pending_actions.items():  # noqa: SLF001 - as all of the SDK here
            if number not in self._asked and (asked := asked_by(action)) is not None:
                self._asked[number] = asked
        self._ids |= {pending: number for number, pending in self._ctx._pending_tasks.items()}  # noqa: SLF001
        self._ids.setdefault(task, -1)

    def given(self, task: Any, value: Any) -> None:
        """It was given a value."""
        if self._keeps:
            self._answer(task, value=self._plain(value))

    def raised(self, task: Any, error: BaseException) -> None:
        """It was given an exception."""
        if self._keeps:
            self._answer(task, failure=Failure(type=type(error).__name__, message=str(error)))

    def ended(self, error: BaseException | None) -> None:
        """It returned, or raised."""
        trace = error.__traceback__ if error else None
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_flags & inspect.CO_GENERATOR and trace.tb_frame.f_globals.get("__name__") != __name__:
                self._end = (code.co_filename, trace.tb_lineno, code.co_qualname)
            trace = trace.tb_next
        if self._end is None and self._frame is not None:
            self._end = _spot(self._frame)

    def stands(self) -> Spot | None:
        """Where the code waits, or where it ended; None where it has not begun."""
        if self._end is not None:
            return self._end
        innermost, frame = self._turns, None
        while isinstance(innermost, GeneratorType):
            frame = innermost.gi_frame or frame
            innermost = innermost.gi_yieldfrom
        return _spot(frame) if frame is not None else None

    def take(self) -> tuple[Answer, ...]:
        """The answers since the last time."""
        answers, self._answers = tuple(self._answers), []
        return answers

    def take_lines(self) -> tuple[int, ...]:
        """The lines of the workflow's own function that ran since the last time, if they are kept."""
        return self._footsteps.take() if self._footsteps is not None else ()

    def line(self) -> int | None:
        """The line of that function at which it waits, or ended; None where it has not begun."""
        return self._frame.f_lineno if self._frame is not None else None

    def _numbered(self) -> int:
        number = self._next_id()
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - nothing else tells who calls
        while frame is not None and frame.f_globals.get("__name__", "").startswith(_SDK):
            frame = frame.f_back
        if frame is not None and frame.f_globals.get("__name__") not in _OURS:
            self.spots[number] = _spot(frame)
        return number

    def _answer(self, task: Any, *, value: Any = None, failure: Failure | None = None) -> None:
        if (spot := self.stands()) is not None:
            self._answers.append(Answer(place=place_of(spot), asked=self._behind(task), value=value, failure=failure))

    def _behind(self, task: Any) -> tuple[Action, ...]:
        """The actions that a task stands for; one that was put together of others, for theirs."""
        ids = sorted({self._ids[leaf] for leaf in _leaves(task) if leaf in self._ids})
        return tuple(self._asked[number] for number in ids if number in self._asked)

    def _plain(self, value: Any) -> Any:
        """What code was given, as JSON; of the first of several tasks, what it is and its result."""
        if hasattr(value, "get_result"):
            first = [action.told for action in self._behind(value)]
            return {"first": first, "result": None if value.is_failed else self._plain(value.get_result())}
        try:
            return json.loads(shared.to_json(value))
        except (TypeError, ValueError):
            return repr(value)


def _leaves(task: Any) -> list[Any]:
    parts = getattr(task, "_tasks", None)
    return [task] if not parts else [leaf for part in parts for leaf in _leaves(part)]


def _spot(frame: FrameType) -> Spot:
    return frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname
