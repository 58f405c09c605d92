"""An instance that cannot go on with the workers that are there, or that somebody has paused."""

from typing import Final

from durably.contracts.diagnosis import Diagnosis, Evidence, Mismatch, Verdict
from durably.contracts.held_back import HeldBack, HoldKind
from durably.contracts.instances import InstanceStatus
from durably.contracts.workers import Heartbeat
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.evidence import heard
from durably.domain.diagnosis.facts import Facts, moment
from durably.domain.diagnosis.open_work import STALLED

_MANY: Final = 10

_HELD: Final = {
    HoldKind.REPLAY_DIFFERS: Verdict.NON_DETERMINISTIC,
    HoldKind.REPLAY_BROKE: Verdict.NON_DETERMINISTIC,
    HoldKind.WORKFLOW_NOT_REGISTERED: Verdict.WORKFLOW_NOT_REGISTERED,
    HoldKind.VERSION_NOT_REGISTERED: Verdict.MISSING_VERSION,
    HoldKind.ACTIVITY_NOT_REGISTERED: Verdict.ACTIVITY_NOT_REGISTERED,
}


def on_pause(facts: Facts) -> Diagnosis | None:
    """Who paused it, if somebody did."""
    if facts.view.status is not InstanceStatus.SUSPENDED:
        return None
    pause = next((each for each in reversed(facts.events) if each.type == "executionSuspended"), None)
    said = str(pause.input or pause.reason or "") if pause else ""
    by, _, reason = said.partition(": ")
    since = pause.timestamp if pause else facts.view.updated_at
    why = f": {reason}" if reason else ""
    return facts.says(
        Verdict.PAUSED,
        f"Paused by {by or 'somebody who gave no name'}, {moment(since)}{why}.",
        since=since,
        by=by or None,
        reason=reason or None,
        evidence=(facts.quote(pause),) if pause else (),
        next_commands=(commands.of_instance("resume", facts.view.instance_id, "Lets it go on."),),
    )


def on_hold(facts: Facts) -> Diagnosis | None:
    """What a worker holds back of it, if one does and no other has gone on since."""
    held = facts.held_back()
    if not held:
        return None
    last = held[-1]
    if last.kind is HoldKind.ACTIVITY_NOT_REGISTERED:
        return None  # the open activity itself tells whether another worker runs it
    moved = [each for each in facts.events if each.type != STALLED and each.timestamp > last.since]
    if moved and facts.view.status is not InstanceStatus.STALLED:
        return None
    return _held(facts, last)


def _held(facts: Facts, held: HeldBack) -> Diagnosis:
    holders = tuple(each for each in facts.workers if held in each.held_back)
    stall = next((each for each in reversed(facts.events) if each.type == STALLED), None)
    differs = held.expected is not None or held.actual is not None
    mismatch = Mismatch(
        expected=held.expected or "nothing", actual=held.actual or "nothing", file=held.file, line=held.line
    )
    worker = holders[0] if holders else None
    return facts.says(
        _HELD[held.kind],
        f"Held back since {moment(held.since)}: {held.message}",
        since=held.since,
        activity=held.activity,
        worker=worker.worker if worker else None,
        pod=worker.pod if worker else None,
        namespace=worker.namespace if worker else None,
        reason=held.message,
        mismatch=mismatch if differs else None,
        evidence=(
            *((facts.quote(stall),) if stall else ()),
            *(heard(each, f"worker {each.worker}, version {each.version}, holds it back") for each in holders[:_MANY]),
        ),
        next_commands=(
            *(commands.worker_log(each, facts.view.instance_id) for each in holders[:1]),
            commands.workers(),
        ),
    )


def on_stall(facts: Facts) -> Diagnosis | None:
    """Why the engine has stalled it, if it has."""
    if facts.view.status is not InstanceStatus.STALLED:
        return None
    stall = next((each for each in reversed(facts.events) if each.type == STALLED), None)
    said, since = (stall.reason or "") if stall else "", stall.timestamp if stall else facts.view.updated_at
    verdict = _stalled_by(said)
    return facts.says(
        verdict,
        f"Stalled by the engine, {moment(since)}: {said or 'it gives no reason'}",
        since=since,
        reason=said or None,
        evidence=((facts.quote(stall),) if stall else ()) + _versions(facts),
        next_commands=(commands.workers(), commands.history(facts.view.instance_id)),
    )


def _stalled_by(said: str) -> Verdict:
    if "exceeds" in said or "too large" in said:
        return Verdict.PAYLOAD_TOO_LARGE
    return Verdict.MISSING_VERSION if "ersion" in said else Verdict.NON_DETERMINISTIC


def on_registration(facts: Facts) -> Diagnosis | None:
    """Whether no worker could run its next turn."""
    if not facts.workers or not facts.all_workers or not facts.view.workflow:
        return None
    able = facts.able
    if not able:
        summary = f"No worker has registered the workflow {facts.view.workflow}; it goes on when one that has connects."
        return _unregistered(facts, Verdict.WORKFLOW_NOT_REGISTERED, summary)
    if facts.version is None or any(facts.version in (_versions_of(each, facts.view.workflow) or ()) for each in able):
        return None
    summary = (
        f"No worker has version {facts.version} of {facts.view.workflow}, which it began with; it goes on when one that"
        " has connects."
    )
    return _unregistered(facts, Verdict.MISSING_VERSION, summary)


def _unregistered(facts: Facts, verdict: Verdict, summary: str) -> Diagnosis:
    began = next((each for each in facts.events if each.type == "executionStarted"), None)
    return facts.says(
        verdict,
        summary,
        since=facts.last.timestamp if facts.last else facts.view.updated_at,
        evidence=((facts.quote(began),) if began else ()) + _versions(facts),
        next_commands=(commands.workers(), *(commands.own_log(each) for each in facts.workers[:1])),
    )


def _versions(facts: Facts) -> tuple[Evidence, ...]:
    found = ((each, _versions_of(each, facts.view.workflow)) for each in facts.workers[:_MANY])
    return tuple(heard(each, f"worker {each.worker} has {_registered(facts, versions)}") for each, versions in found)


def _registered(facts: Facts, versions: tuple[str, ...] | None) -> str:
    name = facts.view.workflow
    return f"no workflow {name}" if versions is None else f"{name} in the versions {', '.join(versions)}"


def _versions_of(worker: Heartbeat, workflow: str) -> tuple[str, ...] | None:
    return next((each.versions for each in worker.workflows if each.name == workflow), None)
