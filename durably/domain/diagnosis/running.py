"""An activity that a worker runs."""

from typing import Final

from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.instances import Attempt, HistoryEvent
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.evidence import heard, noted
from durably.domain.diagnosis.facts import Facts, moment, passed_since

_MANY: Final = 10


def on_running(facts: Facts, task: HistoryEvent, attempt: Attempt) -> Diagnosis:
    """An activity that a worker runs now.

    Args:
        facts: The instance.
        task: What scheduled it.
        attempt: The execution that runs.
    """
    worker = facts.worker(attempt.worker)
    assert worker is not None  # noqa: S101 - it runs there
    number, since = attempt.attempt, attempt.started_at
    return facts.says(
        Verdict.ACTIVITY_RUNNING,
        f"{task.name} runs on worker {worker.worker} since {moment(since)}, for {passed_since(since, facts.now)};"
        f" it is attempt {number}.",
        since=since,
        activity=task.name,
        attempt=number,
        worker=worker.worker,
        pod=worker.pod,
        namespace=worker.namespace,
        evidence=(
            *(facts.quote(each) for each in facts.failures_of(task.task_execution_id)[-_MANY:]),
            facts.quote(task),
            *(noted(each, cut_off(each)) for each in task.attempts[-_MANY:] if each is not attempt),
            noted(attempt, f"worker {worker.worker} began attempt {number}, and has not noted an end"),
            heard(worker, f"worker {worker.worker} is there, with {worker.in_flight_count} in flight"),
        ),
        next_commands=(commands.worker_log(worker, facts.view.instance_id), commands.history(facts.view.instance_id)),
    )


def cut_off(attempt: Attempt) -> str:
    """An execution that came to no end, in words."""
    return f"worker {attempt.worker} began attempt {attempt.attempt}, and no result came of it"
