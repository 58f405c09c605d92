"""An instance that waits for activities: of several the one that is worst off has the word."""

from typing import Final

from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.instances import HistoryEvent
from durably.contracts.workers import Heartbeat
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.evidence import heard, noted
from durably.domain.diagnosis.facts import Facts, moment, passed_since
from durably.domain.diagnosis.retries import on_retry
from durably.domain.diagnosis.running import cut_off, on_running
from durably.domain.diagnosis.streams import on_stream

_WORST_FIRST: Final = (
    Verdict.ACTIVITY_NOT_REGISTERED,
    Verdict.STREAM_DEAD,
    Verdict.DISPATCH_LOST,
    Verdict.ACTIVITY_RETRYING,
    Verdict.ACTIVITY_RUNNING,
    Verdict.ON_ITS_WAY,
)

_MANY: Final = 10
"""So many workers or executions are quoted."""


def on_activities(facts: Facts) -> Diagnosis | None:
    """Why it waits, if it waits for an activity or for the next attempt of one."""
    work = facts.work
    found = [_on_activity(facts, task) for task in work.activities]
    found += [on_retry(facts, timer) for timer in work.retries]
    return min(found, key=lambda each: _WORST_FIRST.index(each.verdict), default=None)


def _on_activity(facts: Facts, task: HistoryEvent) -> Diagnosis:
    running = next((each for each in reversed(task.attempts) if facts.runs(each, task)), None)
    if running is not None:
        return on_running(facts, task, running)
    able = tuple(each for each in facts.workers if task.name in each.activities)
    held = any(each.activity == task.name and each.since > task.timestamp for each in facts.held_back())
    if facts.workers and (held or (not able and facts.all_workers)):
        return _not_registered(facts, task, able)
    if (dead := on_stream(facts, able)) is not None:
        return dead
    begun = max([task.timestamp, *(each.started_at for each in task.attempts)])
    busy = next((each for each in able if _has_no_place(each)), None)
    if busy is not None:
        return _queued(facts, task, busy)
    if facts.is_old(begun) and facts.are_rested:
        return _lost(facts, task, able)
    return _soon(facts, task)


def _has_no_place(worker: Heartbeat) -> bool:
    """Whether what the engine has given it may have to wait there."""
    return worker.draining or worker.queued > 0 or worker.in_flight_count >= worker.max_activities


def _not_registered(facts: Facts, task: HistoryEvent, able: tuple[Heartbeat, ...]) -> Diagnosis:
    held = next((each for each in facts.held_back() if each.activity == task.name), None)
    lacking = [each for each in facts.workers if each not in able]
    nobody = f"No worker has registered the activity {task.name}"
    wrong = f"A worker was given the activity {task.name} that has not registered it"
    workers = [heard(each, f"worker {each.worker} has not registered {task.name}") for each in lacking]
    return facts.says(
        Verdict.ACTIVITY_NOT_REGISTERED,
        f"{wrong if able else nobody}; it goes on when one that has is given it.",
        since=task.timestamp,
        activity=task.name,
        reason=held.message if held else None,
        evidence=(facts.quote(task), *workers[:_MANY]),
        next_commands=(commands.workers(), *(commands.own_log(each) for each in lacking[:1])),
    )


def _queued(facts: Facts, task: HistoryEvent, busy: Heartbeat) -> Diagnosis:
    places = f"{busy.in_flight_count} of {busy.max_activities} places"
    return facts.says(
        Verdict.ON_ITS_WAY,
        _waits(facts, task, busy, f"worker {busy.worker} uses {places}"),
        since=task.timestamp,
        activity=task.name,
        evidence=(
            facts.quote(task),
            heard(busy, f"worker {busy.worker} uses {places}; {busy.queued} more in its queue"),
        ),
        next_commands=(commands.workers(),),
    )


def _waits(facts: Facts, task: HistoryEvent, busy: Heartbeat, uses: str) -> str:
    """A worker with free places may still have some on their way into them, and one that leaves fills none."""
    if busy.in_flight_count >= busy.max_activities:
        return f"{task.name} waits for a free place since {moment(task.timestamp)}: {uses}."
    ago = passed_since(task.timestamp, facts.now)
    if busy.draining:
        return (
            f"{task.name} was scheduled {ago} ago; worker {busy.worker} is on its way out and may have been given it."
        )
    return f"{task.name} was scheduled {ago} ago; {uses}, with {busy.queued} more about to begin."


def _lost(facts: Facts, task: HistoryEvent, able: tuple[Heartbeat, ...]) -> Diagnosis:
    cut = task.attempts[-1] if task.attempts else None
    tail = f"the last one, on worker {cut.worker}, was cut off" if cut else "none has begun it"
    instance_id, there = facts.view.instance_id, facts.worker(cut.worker if cut else None)
    return facts.says(
        Verdict.DISPATCH_LOST,
        f"The history ends at {task.name}, scheduled {moment(task.timestamp)}, and no worker runs it: {tail}.",
        since=task.timestamp,
        activity=task.name,
        worker=cut.worker if cut else None,
        pod=there.pod if there else None,
        namespace=there.namespace if there else None,
        attempt=cut.attempt if cut else None,
        evidence=(
            facts.quote(task),
            *(noted(each, cut_off(each)) for each in task.attempts[-_MANY:]),
            *(heard(each, f"worker {each.worker} has free places and does not run it") for each in able[:_MANY]),
        ),
        next_commands=(
            *(commands.sidecar_log(each) for each in able[:1]),
            *commands.log_before(cut, tuple(facts.workers)),
            *(commands.worker_log(each, instance_id) for each in able[:1]),
            commands.history(instance_id),
        ),
    )


def _soon(facts: Facts, task: HistoryEvent) -> Diagnosis:
    return facts.says(
        Verdict.ON_ITS_WAY,
        f"{task.name} was scheduled {passed_since(task.timestamp, facts.now)} ago, and is on its way to a worker.",
        since=task.timestamp,
        activity=task.name,
        evidence=(facts.quote(task),),
        next_commands=(commands.history(facts.view.instance_id),),
    )
