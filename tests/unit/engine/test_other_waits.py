"""Recorded waits for events, held against the code; engines do not write the histories of older SDKs any more."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pytest

from durably.contracts.held_back import HoldKind
from durably.engine.mending import mend_sdk
from durably.engine.sdk import WorkflowTable, helpers
from durably.engine.sdk import messages as pb
from durably.engine.trouble import WatchfulExecutor, why_held

Code = Callable[[Any, Any], Any]
_HOUR: Final = timedelta(hours=1)
_SOON: Final = {"seconds": 9}


class Ran(NamedTuple):
    """What a turn came to: kinds and ids of what it asks for, and why it is held back."""

    asked: list[tuple[str, int]]
    held: HoldKind | None
    told: str


def _event(event_id: int = -1, **kind: Any) -> Any:
    return pb.HistoryEvent(eventId=event_id, **kind)


def _waits(event_id: int, name: str | None = "go", fire_at: Any = helpers.OPTIONAL_TIMER_FIRE_AT) -> Any:
    origin = {} if name is None else {"externalEvent": pb.TimerOriginExternalEvent(name=name)}
    return _event(event_id, timerCreated=pb.TimerCreatedEvent(fireAt=fire_at, **origin))


def _calls(event_id: int) -> Any:
    return _event(event_id, taskScheduled=pb.TaskScheduledEvent(name="act"))


def _done(event_id: int) -> Any:
    return _event(taskCompleted=pb.TaskCompletedEvent(taskScheduledId=event_id))


_TURN: Final = _event(workflowStarted=pb.WorkflowStartedEvent())
_START: Final = _event(executionStarted=pb.ExecutionStartedEvent(name="waits"))
_GO: Final = _event(eventRaised=pb.EventRaisedEvent(name="go"))
_PAUSE: Final = _event(executionSuspended=pb.ExecutionSuspendedEvent())
_RESUME: Final = _event(executionResumed=pb.ExecutionResumedEvent())


def _wait_then_call(ctx: Any, _given: Any) -> Any:
    yield ctx.wait_for_external_event("go")
    yield ctx.call_activity("act")


def _call_then_wait(ctx: Any, _given: Any) -> Any:
    yield ctx.call_activity("act")
    yield ctx.wait_for_external_event("go")
    yield ctx.call_activity("act")


def _wait_with_deadline(ctx: Any, _given: Any) -> Any:
    yield ctx.wait_for_external_event("go", timeout=_HOUR)
    yield ctx.call_activity("act")


def _sleep(ctx: Any, _given: Any) -> Any:
    yield ctx.create_timer(_HOUR)
    yield ctx.call_activity("act")


def _wait_beside_a_wait_with_deadline(ctx: Any, _given: Any) -> Any:
    ctx.wait_for_external_event("stop")
    yield ctx.wait_for_external_event("go", timeout=_HOUR)
    yield ctx.call_activity("act")


def _wait_behind_a_patch(ctx: Any, _given: Any) -> Any:
    if ctx.is_patched("calls first"):
        yield ctx.call_activity("act")
    yield ctx.wait_for_external_event("go")
    yield ctx.call_activity("act")


def _ran(code: Code, past: list[Any], new: list[Any]) -> Ran:
    mend_sdk()
    table = WorkflowTable()
    table.add_named_orchestrator("waits", code, version_name="v1", is_latest=True)
    executor = WatchfulExecutor(table, logging.getLogger("test"))
    asked = [(a.WhichOneof("workflowActionType"), a.id) for a in executor.execute("i", past, new).actions]
    trouble = executor.trouble
    return Ran(asked, why_held(trouble) if trouble else None, str(trouble.error) if trouble else "")


@pytest.mark.parametrize(
    ("code", "recorded", "asked"),
    [
        (_call_then_wait, _waits(1), "activity act (id 1)"),
        (_wait_then_call, _waits(1, "stop"), "wait for event go (id 1)"),
        (_wait_with_deadline, _waits(1, "stop", _SOON), "wait for event go (id 1)"),
        (_sleep, _waits(1, "go", _SOON), "timer (id 1)"),
        (_wait_then_call, _waits(7), "nothing there"),
    ],
)
def test_code_that_asks_for_something_else_than_the_recorded_wait_is_held_back(
    code: Code, recorded: Any, asked: str
) -> None:
    wait = f"wait for event {recorded.timerCreated.externalEvent.name} (id {recorded.eventId})"
    told = f"The history records {wait}, and the code asks for {asked}"
    assert _ran(code, [_TURN, _START, recorded], [_TURN, _GO])[1:] == (HoldKind.REPLAY_DIFFERS, told)


@pytest.mark.parametrize(
    ("code", "past"),
    [
        pytest.param(_wait_then_call, [_TURN, _START, _waits(1)], id="the same code"),
        pytest.param(_wait_then_call, [_TURN, _START, _waits(1, "GO")], id="a name in another case"),
        pytest.param(_wait_then_call, [_TURN, _START, _waits(1, None)], id="a sidecar that records no names"),
        pytest.param(_wait_then_call, [_TURN, _START, _waits(1), _TURN, _PAUSE, _waits(1), _TURN, _RESUME], id="twice"),
        pytest.param(_wait_behind_a_patch, [_TURN, _START, _waits(1)], id="a patch that came later"),
    ],
)
def test_an_instance_that_fits_its_recorded_wait_goes_on(code: Code, past: list[Any]) -> None:
    assert _ran(code, past, [_TURN, _GO]) == ([("scheduleTask", 2)], None, "")


def test_a_wait_may_get_a_deadline() -> None:
    asked = [("createTimer", 1), ("scheduleTask", 2)]
    assert _ran(_wait_with_deadline, [_TURN, _START, _waits(1)], [_TURN, _GO]) == (asked, None, "")
    past = [_TURN, _START, _waits(1), _TURN, _GO, _waits(1, "go", _SOON), _calls(2)]
    assert _ran(_wait_with_deadline, past, [_TURN, _done(2)]) == ([("completeWorkflow", 3)], None, "")


def test_a_wait_that_an_older_sdk_did_not_record_is_left_out() -> None:
    past = [_TURN, _START, _TURN, _GO, _calls(1)]
    assert _ran(_wait_then_call, past, [_TURN, _done(1)]) == ([("completeWorkflow", 2)], None, "")
    past = [_TURN, _START, _waits(1, "go", _SOON)]
    assert _ran(_wait_beside_a_wait_with_deadline, past, [_TURN, _GO]) == ([("scheduleTask", 2)], None, "")


def test_an_event_that_came_before_its_wait_leaves_no_wait_to_compare() -> None:
    past = [_TURN, _START, _calls(1), _TURN, _GO, _TURN, _done(1), _calls(2)]
    assert _ran(_call_then_wait, past, [_TURN, _done(2)]) == ([("completeWorkflow", 3)], None, "")


def test_a_rerun_which_moves_a_wait_behind_its_event_goes_on() -> None:
    past = [_TURN, _START, _TURN, _GO, _waits(1), _calls(2)]
    assert _ran(_wait_then_call, past, [_TURN, _done(2)]) == ([("completeWorkflow", 3)], None, "")
