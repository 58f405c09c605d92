"""A pause that comes in the turn that schedules something: which turn an event comes in cannot be arranged outside."""

import logging
from typing import Any, Final

from durably.engine.mending import mend_sdk
from durably.engine.sdk import TurnExecutor, WorkflowTable
from durably.engine.sdk import messages as pb


def _event(event_id: int = -1, **kind: Any) -> Any:
    return pb.HistoryEvent(eventId=event_id, **kind)


_TURN: Final = _event(workflowStarted=pb.WorkflowStartedEvent())
_START: Final = _event(executionStarted=pb.ExecutionStartedEvent(name="waits"))
_GO: Final = _event(eventRaised=pb.EventRaisedEvent(name="go"))
_PAUSE: Final = _event(executionSuspended=pb.ExecutionSuspendedEvent())
_RESUME: Final = _event(executionResumed=pb.ExecutionResumedEvent())
_WAIT: Final = _event(
    1, timerCreated=pb.TimerCreatedEvent(externalEvent=pb.TimerOriginExternalEvent(name="go"), fireAt={"seconds": 9})
)
_SCHEDULED: Final = _event(2, taskScheduled=pb.TaskScheduledEvent(name="act"))
_DONE: Final = _event(taskCompleted=pb.TaskCompletedEvent(taskScheduledId=2))


def _asked(past: list[Any], new: list[Any]) -> list[tuple[str, int]]:
    """What a workflow that waits for `go` and then calls `act` asks for in a turn: kinds and ids."""

    def waits(ctx: Any, _given: Any) -> Any:
        yield ctx.wait_for_external_event("go", timeout=pb.HistoryEvent().timestamp.ToDatetime())
        yield ctx.call_activity("act")

    mend_sdk()
    table = WorkflowTable()
    table.add_named_orchestrator("waits", waits, version_name="v1", is_latest=True)
    executor = TurnExecutor(table, logging.getLogger("test"))
    return [(a.WhichOneof("workflowActionType"), a.id) for a in executor.execute("i", past, new).actions]


def test_what_the_turn_of_a_pause_asked_for_is_not_asked_for_again_while_the_pause_lasts() -> None:
    assert _asked([_TURN, _START, _WAIT], [_TURN, _GO, _PAUSE]) == [("scheduleTask", 2)]
    paused = [_TURN, _START, _WAIT, _TURN, _GO, _PAUSE, _SCHEDULED]
    assert _asked(paused, [_TURN, _event(eventRaised=pb.EventRaisedEvent(name="else"))]) == []
    assert _asked(paused, [_TURN, _DONE]) == []


def test_an_instance_that_was_paused_in_the_turn_that_schedules_something_ends_when_it_is_resumed() -> None:
    paused = [_TURN, _START, _WAIT, _TURN, _GO, _PAUSE, _SCHEDULED, _TURN, _DONE]
    assert _asked(paused, [_TURN, _RESUME]) == [("completeWorkflow", 3)]
