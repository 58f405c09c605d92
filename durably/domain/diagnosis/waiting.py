"""An instance that waits on purpose: for an event, for people, for a timer, for a child."""

from collections.abc import Sequence
from datetime import datetime

from durably.contracts.approvals import PendingApproval
from durably.contracts.diagnosis import Diagnosis, NextCommand, Verdict
from durably.contracts.instances import HistoryEvent
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.facts import NEVER, Facts, moment, passed_since
from durably.domain.votes import asked_by, is_vote


def on_people(facts: Facts) -> Diagnosis | None:
    """Whom it asks, if it waits for an approval, whatever else goes on beside."""
    waits = [each for each in facts.work.events if is_vote(each.waits_for or "")]
    pending = asked_by(facts.view) if waits else None
    if pending is None or pending.decision is not None:
        return None
    missing = [each for each in pending.approvers if each not in {vote.by for vote in pending.votes}]
    instance_id = facts.view.instance_id
    return facts.says(
        Verdict.WAITING_FOR_EVENT,
        f"Waits for the approval of {' or '.join(missing)}: {pending.subject}, since {moment(pending.since)}, until"
        f" {moment(pending.until)}; {len(pending.votes)} of {pending.required} have approved.",
        since=pending.since,
        until=pending.until,
        event=waits[0].waits_for,
        approvers=tuple(missing),
        evidence=(facts.quote(waits[0], _asked(pending)),),
        next_commands=(
            commands.of_instance("approve", instance_id, "Says yes, in your name; `durably reject` says no."),
            NextCommand(command="durably approvals", what="Everything that waits for people."),
        ),
    )


def _asked(pending: PendingApproval) -> str:
    votes = ", ".join(f"{vote.by} said {'yes' if vote.approve else 'no'}" for vote in pending.votes) or "nobody voted"
    return f"the event approval is waited for; {votes}"


def on_event(facts: Facts) -> Diagnosis | None:
    """Which event it waits for, if it does."""
    work = facts.work
    if not work.events:
        return None
    names = sorted({each.waits_for or "" for each in work.events})
    since, until = work.events[0].timestamp, _earliest([*work.events, *work.timers])
    also = f", or until {moment(until)}" if until else ", with no end"
    instance_id = facts.view.instance_id
    return facts.says(
        Verdict.WAITING_FOR_EVENT,
        f"Waits for the event {' or '.join(names)} since {moment(since)}{also}.",
        since=since,
        until=until,
        event=names[0],
        evidence=tuple(facts.quote(each, f"the event {each.waits_for} is waited for") for each in work.events),
        next_commands=(
            commands.event(instance_id, names[0]),
            commands.history(instance_id),
        ),
    )


def on_timer(facts: Facts) -> Diagnosis | None:
    """Which timer it waits for, if it does."""
    timers = facts.work.timers
    until = _earliest(timers)
    if not timers or until is None:
        return None
    timer = next(each for each in timers if each.fire_at == until)
    when = "is due now" if until < facts.now else f"fires {moment(until)}, in {passed_since(facts.now, until)}"
    return facts.says(
        Verdict.WAITING_FOR_TIMER,
        f"Waits for a timer that was set {moment(timer.timestamp)} and {when}.",
        since=timer.timestamp,
        until=until,
        evidence=(facts.quote(timer),),
        next_commands=(commands.history(facts.view.instance_id),),
    )


def overdue(facts: Facts) -> Diagnosis | None:
    """A timer that should have fired long ago, if there is one: the engine has forgotten it, or can wake nobody."""
    work = facts.work
    timers = [*work.retries, *work.events, *work.timers]
    timer = min((each for each in timers if each.fire_at), key=_due, default=None)
    if timer is None or timer.fire_at is None or not (facts.is_old(timer.fire_at) and facts.are_rested):
        return None
    due, late = timer.fire_at, passed_since(timer.fire_at, facts.now)
    return facts.says(
        Verdict.DISPATCH_LOST,
        f"A timer was due {moment(due)}, {late} ago, and the engine has not woken the workflow.",
        since=due,
        evidence=(facts.quote(timer, f"a timer was set, for {moment(due)}"),),
        next_commands=(*(commands.sidecar_log(each) for each in facts.workers[:1]), commands.workers()),
    )


def on_child(facts: Facts, child: Diagnosis | None) -> Diagnosis | None:
    """Which child it waits for, if it does; it is as healthy as that.

    Args:
        facts: The parent.
        child: The diagnosis of one of its children.
    """
    created = next((e for e in facts.work.children if child is None or e.child_id == child.instance_id), None)
    if created is None:
        return None
    others = len(facts.work.children) - 1
    and_others = f" and {others} more" if others else ""
    tail = f": {_root(child)}" if child else "."
    return facts.says(
        Verdict.WAITING_FOR_CHILD,
        f"Waits for the child {created.child_id}{and_others}, since {moment(created.timestamp)}{tail}",
        healthy=child.healthy if child else True,
        since=created.timestamp,
        until=child.until if child else None,
        evidence=(facts.quote(created),),
        next_commands=(commands.of_instance("why", created.child_id or "", "The child's own diagnosis."),),
        child=child,
    )


def _root(child: Diagnosis) -> str:
    """What it comes down to; what is in between each says of itself."""
    below, generations = child, 0
    while below.child is not None:
        below, generations = below.child, generations + 1
    return f"{generations} further down, {below.instance_id}: {below.summary}" if generations else child.summary


def _earliest(timers: Sequence[HistoryEvent]) -> datetime | None:
    """When the first of them fires; None if none ever does."""
    return min((each.fire_at for each in timers if each.fire_at and each.fire_at.year < NEVER), default=None)


def _due(timer: HistoryEvent) -> datetime:
    return timer.fire_at or timer.timestamp
