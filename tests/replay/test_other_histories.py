"""Histories that our engines do not write, or not any more: of older SDKs, with patches, and such as cannot be."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from durably.contracts.instances import InstanceStatus
from durably.contracts.recordings import Recording
from durably.contracts.replays import DivergenceKind, Rehearsal
from durably.engine.recording import events_of
from durably.engine.registry import Registry, WorkflowFunction
from durably.engine.rehearsal import rehearse
from durably.engine.workflow import WorkflowContext
from tests.harness.behaviours.workflows import Turns, define
from tests.harness.behaviours.world import Anything

Event = dict[str, Any]
_AT: Final = "2026-01-01T00:00:00Z"


def _patched(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.wait_for_external_event("go")
    if ctx.is_patched("audit"):
        yield ctx.call_activity("audit")
    return (yield ctx.call_activity("act"))


def _unpatched(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.wait_for_external_event("go")
    return (yield ctx.call_activity("act"))


def _asks_for_nothing_of_the_patch(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.wait_for_external_event("go")
    yield ctx.call_activity("audit")
    return (yield ctx.call_activity("act"))


def _goes_on(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.wait_for_external_event("go")
    ctx.continue_as_new("again")
    return None


def _turn(*patches: str) -> Event:
    return {"eventId": -1, "timestamp": _AT, "workflowStarted": {"version": {"name": "v1", "patches": list(patches)}}}


def _event(event_id: int = -1, **kind: Any) -> Event:
    return {"eventId": event_id, "timestamp": _AT, **kind}


_START: Final = _event(executionStarted={"name": "made_up", "workflowInstance": {"instanceId": "i"}})
_WAIT: Final = _event(1, timerCreated={"fireAt": "9999-12-31T23:59:59.999999999Z", "externalEvent": {"name": "go"}})
_GO: Final = _event(eventRaised={"name": "go"})


def _call(event_id: int, name: str) -> Event:
    return _event(event_id, taskScheduled={"name": name})


def _done(event_id: int) -> Event:
    return _event(taskCompleted={"taskScheduledId": event_id, "result": "done"})


def _end(event_id: int, **more: Any) -> Event:
    return _event(event_id, executionCompleted={"workflowStatus": "ORCHESTRATION_STATUS_COMPLETED", **more})


def rehearsed(run: WorkflowFunction, *events: Event) -> Rehearsal:
    recording = Recording(instance_id="i", workflow="", recorded_at=datetime.now(UTC), events=events)
    return rehearse(Registry(workflows=(define(run, name="made_up"),), activities=()), events_of(recording))


def test_a_history_in_which_a_wait_without_deadline_left_no_trace_replays() -> None:
    """As SDKs before 1.19 wrote it; the ids of what follows are one less."""
    rehearsal = rehearsed(
        _unpatched, _turn(), _START, _turn(), _GO, _call(1, "act"), _turn(), _done(1), _end(2, result="done")
    )
    assert (rehearsal.divergence, len(rehearsal.steps)) == (None, 3)


def test_a_history_that_went_by_a_patch_replays_where_it_did_and_not_before() -> None:
    rehearsal = rehearsed(_patched, _turn(), _START, _WAIT, _turn("audit"), _GO, _call(2, "audit"), _turn(), _done(2))
    assert rehearsal.divergence is not None  # the last turn asks for `act`, which is not recorded
    assert (rehearsal.divergence.step, rehearsal.divergence.actual) == (3, "activity act (id 3)")
    whole = rehearsed(
        _patched, _turn(), _START, _WAIT, _turn("audit"), _GO, _call(2, "audit"), _turn(), _done(2), _call(3, "act")
    )
    assert whole.divergence is None


def test_a_history_from_before_a_patch_replays_without_it() -> None:
    rehearsal = rehearsed(_patched, _turn(), _START, _WAIT, _turn(), _GO, _call(2, "act"), _turn(), _done(2), _end(3))
    assert rehearsal.divergence is None


def test_a_patch_that_the_code_does_not_ask_for_any_more_diverges_in_its_turn() -> None:
    rehearsal = rehearsed(
        _asks_for_nothing_of_the_patch, _turn(), _START, _WAIT, _turn("audit"), _GO, _call(2, "audit")
    )
    assert rehearsal.divergence is not None
    assert (rehearsal.divergence.kind, rehearsal.divergence.step) == (DivergenceKind.PATCH, 2)
    assert (rehearsal.divergence.expected, rehearsal.divergence.actual) == ("patch audit", "no patch")


def test_code_that_continues_as_new_where_it_did_not_diverges() -> None:
    rehearsal = rehearsed(_goes_on, _turn(), _START, _WAIT, _turn(), _GO, _call(2, "act"))
    assert rehearsal.divergence is not None
    assert rehearsal.divergence.actual == "continue as new"
    (asked,) = rehearsal.steps[-1].asked_for
    assert asked.status is InstanceStatus.RUNNING


@pytest.mark.parametrize(
    ("kind", "told"),
    [("eventSent", "an event of the kind eventSent"), ("eventOfTomorrow", "an event of a kind that this version")],
)
def test_an_event_that_the_sdk_does_not_know_is_not_blamed_on_the_code(kind: str, told: str) -> None:
    rehearsal = rehearsed(_unpatched, _turn(), _START, _WAIT, _turn(), _event(**{kind: {}}))
    assert rehearsal.divergence is not None
    assert (rehearsal.divergence.kind, rehearsal.divergence.event) == (DivergenceKind.UNREADABLE, 4)
    assert rehearsal.divergence.message.startswith(f"Event 4 of the history is {told}")
    assert "the code was not run" in rehearsal.divergence.message


def test_events_of_which_none_is_the_start_are_no_history() -> None:
    with pytest.raises(ValueError, match="none of its events is the start"):
        rehearsed(_unpatched, _WAIT, _turn(), _GO)


def test_what_comes_after_the_end_is_not_looked_at() -> None:
    ended = (_turn(), _START, _WAIT, _turn(), _GO, _call(2, "act"), _turn(), _done(2), _end(3, result="done"))
    assert rehearsed(_unpatched, *ended, _turn(), _GO).steps == rehearsed(_unpatched, *ended).steps


def test_of_an_instance_in_which_nothing_has_begun_there_is_nothing_to_say() -> None:
    rehearsal = rehearsed(_unpatched)
    assert (rehearsal.divergence, rehearsal.steps, rehearsal.workflow) == (None, (), "")
