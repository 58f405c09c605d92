"""Workflow code, run over a recorded history by the SDK's own executor, and looked at after each turn."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any, Final, NamedTuple

from dapr.ext.workflow.logger import LoggerOptions

from durably.contracts.instances import InstanceStatus
from durably.contracts.replays import Action, ActionKind, Answer
from durably.engine.asking import asked_by, records_asked
from durably.engine.listening import Listener, Spot, listened, place_of
from durably.engine.registry import Registry, WorkflowDefinition
from durably.engine.sdk import TurnExecutor
from durably.engine.sdk import messages as pb
from durably.engine.segments import Turn
from durably.engine.table import workflow_table
from durably.engine.turns import watched

_LOGGING: Final = LoggerOptions(log_level=logging.CRITICAL, log_handler=logging.NullHandler())
_SILENT: Final = logging.getLogger("durably.rehearsal.sdk")
_Look = Callable[[Any, int], None]


class Sight(NamedTuple):
    """What a turn came to.

    Attributes:
        asked: What the code asks for, and was not recorded before.
        stands: Where the code waits, or ended.
        seen: What it was given.
        line: The line of the workflow's own function at which that one stands.
        lines: Those of its lines that ran, if they are kept.
    """

    asked: tuple[Action, ...]
    stands: Spot | None
    seen: tuple[Answer, ...]
    line: int | None
    lines: tuple[int, ...]


def heard_table(registry: Registry) -> Any:
    """The SDK's table of all workflows, as a worker fills it, of code that a `Listener` hears."""
    return workflow_table(registry, _heard, logging=_LOGGING)


def _heard(definition: WorkflowDefinition) -> Callable[..., Any]:
    nobody: Any = _Nobody()
    return watched(replace(definition, run=listened(definition.run)), nobody, nobody.learn)


class Run:
    """One run of the code over a history.

    Args:
        table: From `heard_table`.
        history: The events.
        turns: Its turns.
        lines: Whether the lines that run are kept.

    Attributes:
        sights: What each turn came to, as far as the run went.
        patches: The patches that the code has gone by.
        error: What the SDK raised where it compared, and not the code.
    """

    def __init__(self, table: Any, history: Sequence[Any], turns: Sequence[Turn], *, lines: bool = False) -> None:
        self._table, self._history, self._turns, self._lines = table, history, turns, lines
        self._confirmed: set[int] = set()
        self.sights: list[Sight] = []
        self.patches: list[str] = []
        self.error: BaseException | None = None

    def replay(self, instance_id: str) -> None:
        """Replay all of it, as the instance's next turn would."""
        past = list(takewhile(lambda event: not event.HasField("executionCompleted"), self._history))
        executor = _Executor(self._table, before=self._before, lines=self._lines)
        next_turn = pb.HistoryEvent(eventId=-1, workflowStarted=pb.WorkflowStartedEvent())
        try:
            self.patches = executor.execute(instance_id, past, [next_turn]).patches
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, a worker could not run this turn
            self.error = error
            return
        if executor.error is not None and self._is_compared(executor.position):
            self.error = executor.error
        elif len(self.sights) < len(self._turns):
            self._look(executor.ctx)

    def once(self, instance_id: str, number: int) -> Sight:
        """Run a turn, from 0, as the new one that it was."""
        turn = self._turns[number]
        self._confirmed = {event.eventId for event in self._history[: turn.begins] if records_asked(event)}
        executor = _Executor(self._table, live=True)
        executor.execute(instance_id, self._history[: turn.begins], self._history[turn.begins : turn.asks])
        self._look(executor.ctx)
        return self.sights[-1]

    def _is_compared(self, position: int) -> bool:
        """Whether the event at a position only says what was asked for, so that no code runs at it."""
        return position >= len(self._history) or records_asked(self._history[position])

    def _before(self, ctx: Any, position: int) -> None:
        """Look before what a turn asked for is confirmed, or the next turn begins."""
        if len(self.sights) < len(self._turns) and position >= self._turns[len(self.sights)].asks:
            self._look(ctx)
        if position < len(self._history) and records_asked(self._history[position]):
            self._confirmed.add(self._history[position].eventId)

    def _look(self, ctx: Any) -> None:
        listener: Listener = ctx.listener
        asked, seen, lines = tuple(self._asked(ctx, listener)), listener.take(), listener.take_lines()
        self.sights.append(Sight(asked, listener.stands(), seen, listener.line(), lines))

    def _asked(self, ctx: Any, listener: Listener) -> Iterator[Action]:
        stands = listener.stands()
        if ctx._completion_status == pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW:  # noqa: SLF001 - the SDK tells nobody
            place = place_of(stands) if stands else None
            yield Action(kind=ActionKind.END, id=0, status=InstanceStatus.RUNNING, place=place)
        for number, action in sorted(ctx._pending_actions.items()):  # noqa: SLF001 - as above
            spot = listener.spots.get(number, stands)
            asked = asked_by(action, place_of(spot) if spot else None)
            if asked is not None and (number not in self._confirmed or asked.kind is ActionKind.END):
                yield asked


class _Executor(TurnExecutor):  # type: ignore[misc] # the SDK has no types
    """The SDK's executor, looked at.

    Args:
        table: Where the workflows are.
        before: Told of each event before it is processed, with the SDK's context and the event's position.
        live: Whether new events are a turn that was recorded: the code may go by those patches only that it went by.
        lines: Whether the lines that run are kept.
    """

    def __init__(self, table: Any, *, before: _Look | None = None, live: bool = False, lines: bool = False) -> None:
        super().__init__(table, _SILENT)
        self._before, self._live, self._lines, self._depth = before, live, lines, 0
        self.position = -1
        self.ctx: Any = None
        self.error: BaseException | None = None

    def process_event(self, ctx: Any, event: Any) -> None:
        """One event; those that a pause held back are processed within the one that ends it."""
        if self._depth == 0:
            self.position += 1
            self._meet(ctx)
            if self._before is not None:
                self._before(ctx, self.position)
        self._depth += 1
        try:
            super().process_event(ctx, event)
        except BaseException as error:
            self.error = error
            raise
        finally:
            self._depth -= 1

    def _meet(self, ctx: Any) -> None:
        if self.ctx is not None:
            return
        self.ctx, ctx.listener = ctx, Listener(ctx, keeps=not self._live, lines=self._lines)
        if self._live:
            ctx._is_patched = _as_recorded(ctx)  # noqa: SLF001 - the one place that decides


def _as_recorded(ctx: Any) -> Callable[[str], bool]:
    """Which patches the code goes by: while it replays, the SDK answers from the history alone."""
    decide: Callable[[str], bool] = ctx._is_patched  # noqa: SLF001 - as above

    def is_patched(name: str) -> bool:
        live = ctx.is_replaying
        ctx._is_replaying = True  # noqa: SLF001 - for this one question
        try:
            return decide(name)
        finally:
            ctx._is_replaying = live  # noqa: SLF001 - as it was

    return is_patched


class _Nobody:
    """An observer whom nobody asks."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None
