"""An activity that has failed and will be tried again."""

from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.instances import HistoryEvent
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.facts import Facts, moment, why

_QUOTED = 10


def on_retry(facts: Facts, timer: HistoryEvent) -> Diagnosis:
    """An activity whose next attempt waits for a timer."""
    failed = facts.failures_of(timer.retry_of)
    last = failed[-1] if failed else None
    name = facts.name_of(last) if last else "an activity"
    failure = last.failure if last else None
    worker = facts.worker(last.worker if last else None)
    times = "once" if len(failed) == 1 else f"{len(failed)} times"
    instance_id = facts.view.instance_id
    due = moment(timer.fire_at or timer.timestamp)
    return facts.says(
        Verdict.ACTIVITY_RETRYING,
        f"{name} failed {times}, last with {why(failure)}; the next attempt is due {due}.",
        since=last.timestamp if last else timer.timestamp,
        until=timer.fire_at,
        activity=name,
        attempt=len(failed) + 1,
        worker=last.worker if last else None,
        pod=worker.pod if worker else None,
        namespace=worker.namespace if worker else None,
        failure=failure,
        evidence=(*map(facts.quote, failed[-_QUOTED:]), facts.quote(timer, "the next attempt was put off")),
        next_commands=(
            *((commands.worker_log(worker, instance_id),) if worker else ()),
            commands.history(instance_id),
        ),
    )
