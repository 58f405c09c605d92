"""An instance that has ended: well, by somebody's hand, or by a failure."""

from typing import Final

from durably.contracts.diagnosis import Diagnosis, NextCommand, Verdict
from durably.contracts.instances import HistoryEvent, InstanceStatus
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.facts import Facts, moment, why
from durably.domain.diagnosis.open_work import CHILD, CHILD_FAILED, FAILED

_TOO_LARGE: Final = "exceeds gRPC's message size"
"""What `durably.engine.dispatch` says of a result that the engine does not take."""

_REFUSED: Final = {
    "NonDeterminismError": Verdict.NON_DETERMINISTIC,
    "OrchestratorNotRegisteredError": Verdict.WORKFLOW_NOT_REGISTERED,
    "ActivityNotRegisteredError": Verdict.ACTIVITY_NOT_REGISTERED,
}
"""What the SDK fails an instance with; workers of ours hold it back, others may not."""


def on_end(facts: Facts, child: Diagnosis | None) -> Diagnosis | None:
    """How it ended, if it has.

    Args:
        facts: The instance.
        child: The diagnosis of the child whose failure ended it, if one did.
    """
    if not facts.view.status.has_ended:
        return None
    return _failed(facts, child) if facts.view.status is InstanceStatus.FAILED else _finished(facts)


def _finished(facts: Facts) -> Diagnosis:
    view, last = facts.view, facts.last
    terminated = view.status is InstanceStatus.TERMINATED
    said = str(view.output) if terminated and view.output else None
    by, _, reason = (said or "").partition(": ")
    how = f"was terminated by {said or 'somebody'}" if terminated else "completed"
    shows = "What went in, and who terminated it." if terminated else "Its output."
    return facts.says(
        Verdict.FINISHED,
        f"It {how}, {moment(view.updated_at)}.",
        since=view.updated_at,
        by=by or None,
        reason=reason or None,
        evidence=(facts.quote(last),) if last else (),
        next_commands=(commands.of_instance("status", view.instance_id, shows),),
    )


def culprit(facts: Facts) -> HistoryEvent | None:
    """The failed activity or child that the instance's own failure tells of."""
    failure = facts.view.failure
    last = next((each for each in reversed(facts.events) if each.type in {FAILED, CHILD_FAILED}), None)
    if failure is None or last is None:
        return None
    return last if f"#{last.scheduled_id} failed" in failure.message else None


def failed_child(facts: Facts) -> HistoryEvent | None:
    """What created the child whose failure ended the instance, if one did."""
    event = culprit(facts)
    if event is None or event.type != CHILD_FAILED:
        return None
    return next((e for e in facts.events if e.type == CHILD and e.event_id == event.scheduled_id), None)


def _failed(facts: Facts, child: Diagnosis | None) -> Diagnosis:
    view, event = facts.view, culprit(facts)
    failure = (event.failure if event else None) or view.failure
    activity = facts.name_of(event) if event and event.type == FAILED else None
    worker = facts.worker(event.worker if event else None)
    kind, what = (failure.type, failure.message) if failure else ("", "")
    where = f" in the activity {activity}" if activity else f" in the child {child.instance_id}" if child else ""
    attempts = f", after {event.attempt} attempts" if event and event.attempt and event.attempt > 1 else ""
    verdict = Verdict.PAYLOAD_TOO_LARGE if _TOO_LARGE in what else _REFUSED.get(kind, Verdict.FAILED)
    quotes = [each for each in (event, facts.last) if each is not None]
    return facts.says(
        verdict,
        f"It failed {moment(view.updated_at)}{where}{attempts}: {why(failure)}",
        since=view.updated_at,
        activity=activity,
        attempt=event.attempt if event else None,
        worker=event.worker if event else None,
        pod=worker.pod if worker else None,
        namespace=worker.namespace if worker else None,
        failure=failure,
        evidence=tuple(map(facts.quote, dict.fromkeys(quotes))),
        next_commands=(
            *((commands.worker_log(worker, view.instance_id),) if worker else ()),
            commands.history(view.instance_id),
            _again(verdict, view.instance_id),
        ),
        child=child,
    )


def _again(verdict: Verdict, instance_id: str) -> NextCommand:
    """How to do it again: what is too large is so the next time, too."""
    if verdict is Verdict.PAYLOAD_TOO_LARGE:
        what = "What can be started: begin anew with less, such as an id in the place of a document."
        return NextCommand(command="durably workflows", what=what)
    return commands.of_instance("rerun", instance_id, "Once the cause is mended: runs it again from there.")
