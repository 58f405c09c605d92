"""Which verdict an instance gets: the first that fits."""

from durably.contracts.diagnosis import Diagnosis, Evidence, Verdict
from durably.contracts.instances import HistoryEvent
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.activities import on_activities
from durably.domain.diagnosis.blocked import on_hold, on_pause, on_registration, on_stall
from durably.domain.diagnosis.ended import failed_child, on_end
from durably.domain.diagnosis.facts import Facts, moment, passed_since
from durably.domain.diagnosis.streams import on_stream
from durably.domain.diagnosis.waiting import on_child, on_event, on_people, on_timer, overdue


def diagnose(facts: Facts, child: Diagnosis | None = None) -> Diagnosis:
    """Why an instance is where it is.

    Args:
        facts: The evidence.
        child: The diagnosis of one of `children_of`, the one that is worst off.
    """
    return (
        on_end(facts, child)
        or on_pause(facts)
        or on_hold(facts)
        or on_stall(facts)
        or on_registration(facts)
        or on_stream(facts, facts.able)
        or overdue(facts)
        or on_people(facts)
        or on_activities(facts)
        or on_child(facts, child)
        or on_event(facts)
        or on_timer(facts)
        or _on_turn(facts)
    )


def children_of(facts: Facts) -> tuple[HistoryEvent, ...]:
    """What created the children that the verdict may depend on: those that run, or the one that ended the instance."""
    if facts.view.status.has_ended:
        child = failed_child(facts)
        return (child,) if child else ()
    return tuple(facts.work.children)


def _on_turn(facts: Facts) -> Diagnosis:
    """Its code has all that it asked for: a turn is to come, or has been lost."""
    last = facts.last
    since = last.timestamp if last else facts.view.updated_at
    next_commands = (commands.history(facts.view.instance_id), commands.workers())
    shown = Evidence(text=f"the engine shows it as {facts.view.status}", at=facts.view.updated_at, source="instance")
    evidence = (*((facts.quote(last),) if last else ()), shown)
    if not facts.is_old(since) or not facts.are_rested:
        text = f"Its next turn is on its way since {moment(since)}: nothing is wrong."
        return facts.says(Verdict.ON_ITS_WAY, text, since=since, evidence=evidence, next_commands=next_commands)
    ago = passed_since(since, facts.now)
    return facts.says(
        Verdict.DISPATCH_LOST,
        f"Its next turn is due since {moment(since)}, for {ago}, and no worker has run it.",
        since=since,
        evidence=evidence,
        next_commands=(*(commands.sidecar_log(each) for each in facts.workers[:1]), *next_commands),
    )
