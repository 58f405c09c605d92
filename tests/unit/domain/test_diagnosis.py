"""Verdicts out of evidence: what has the word where several things are true, and what must never be called lost."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.errors import NoSidecarError, NoWorkerError, WorkerTimeoutError
from durably.contracts.held_back import HeldBack, HoldKind
from durably.contracts.instances import Attempt, Failure, HistoryEvent, InstanceStatus, InstanceView
from durably.contracts.workers import Heartbeat, InFlight, RegisteredWorkflow
from durably.domain.diagnosis.facts import Facts
from durably.domain.diagnosis.open_work import OpenWork
from durably.domain.diagnosis.outages import seen_from_api, seen_from_worker
from durably.domain.diagnosis.verdict import diagnose

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOST_AFTER = timedelta(seconds=60)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def event(event_id: int, kind: str, seconds_ago: float, **more: Any) -> HistoryEvent:
    return HistoryEvent(event_id=event_id, type=kind, timestamp=ago(seconds_ago), **more)


def begun(seconds_ago: float = 600) -> tuple[HistoryEvent, ...]:
    return (
        event(-1, "workflowStarted", seconds_ago, version="v1"),
        event(-1, "executionStarted", seconds_ago, name="pipeline"),
    )


def scheduled(seconds_ago: float, *attempts: Attempt, event_id: int = 0) -> HistoryEvent:
    return event(
        event_id, "taskScheduled", seconds_ago, name="work", task_execution_id=f"x{event_id}", attempts=attempts
    )


def attempt(worker: str, seconds_ago: float, number: int = 1) -> Attempt:
    return Attempt(worker=worker, attempt=number, started_at=ago(seconds_ago))


def beat(worker: str = "pod-a", *, up_s: float = 3_600, **more: Any) -> Heartbeat:
    given = {
        "host": worker,
        "pid": 7,
        "pod": worker,
        "namespace": "shop",
        "version": "1.0",
        "beat_at": NOW,
        "expires_at": NOW + timedelta(seconds=15),
        "workflows": (RegisteredWorkflow(name="pipeline", versions=("v1",)),),
        "activities": ("work",),
        "max_activities": 10,
        "stream": "connected",
        "stream_since": ago(up_s),
    }
    return Heartbeat(worker=worker, started_at=ago(up_s), **(given | more))


def view(status: InstanceStatus = InstanceStatus.RUNNING, **more: Any) -> InstanceView:
    updated = more.pop("updated_at", NOW)
    return InstanceView(
        instance_id="p-1", workflow="pipeline", status=status, created_at=ago(600), updated_at=updated, **more
    )


def facts(
    *events: HistoryEvent, workers: tuple[Heartbeat, ...] | None = None, all_workers: bool = True, **of_view: Any
) -> Facts:
    there = (beat(),) if workers is None else workers
    return Facts(view(**of_view), events, there, NOW, LOST_AFTER, all_workers)


def commands(found: Diagnosis) -> list[str]:
    return [each.command for each in found.next_commands]


def test_an_activity_that_nobody_has_begun_for_too_long_is_lost() -> None:
    found = diagnose(facts(*begun(), scheduled(61)))
    assert (found.verdict, found.healthy, found.activity) == (Verdict.DISPATCH_LOST, False, "work")
    assert found.since == ago(61)
    assert commands(found)[0] == "kubectl logs -n shop pod-a -c daprd --tail=50"


@pytest.mark.parametrize(
    "why_not",
    [
        {"events": (*begun(), scheduled(59))},
        {"events": (*begun(), scheduled(900)), "workers": (beat(in_flight_count=10),)},
        {"events": (*begun(), scheduled(900)), "workers": (beat(queued=1),)},
        {"events": (*begun(), scheduled(900)), "workers": (beat(), beat("pod-b", draining=True))},
        {"events": (*begun(), scheduled(900)), "workers": (beat(up_s=30),)},
        {"events": (*begun(), scheduled(900)), "all_workers": False},
        {"events": (*begun(59),)},
        {"events": (*begun(), event(0, "timerCreated", 900, fire_at=ago(59)))},
    ],
    ids=["soon", "no free place", "a queue", "one drains", "new workers", "not all are known", "a turn", "a timer"],
)
def test_what_may_well_go_on_is_not_called_lost(why_not: dict[str, Any]) -> None:
    events = why_not.pop("events")
    assert diagnose(facts(*events, **why_not)).healthy


def test_a_turn_that_never_comes_and_a_timer_that_never_fires_are_lost() -> None:
    assert diagnose(facts(*begun(900))).verdict is Verdict.DISPATCH_LOST
    timer = event(0, "timerCreated", 900, fire_at=ago(61))
    assert diagnose(facts(*begun(), timer)).verdict is Verdict.DISPATCH_LOST


def test_an_execution_runs_only_as_long_as_its_worker_is_there_and_says_so() -> None:
    running = InFlight(instance_id="p-1", activity="work", task_id=0, attempt=1, started_at=ago(500))
    task = scheduled(501, attempt("pod-a", 500))
    there = diagnose(facts(*begun(), task, workers=(beat(in_flight=(running,), in_flight_count=1),)))
    assert (there.verdict, there.worker, there.since) == (Verdict.ACTIVITY_RUNNING, "pod-a", ago(500))
    assert commands(there)[0] == "kubectl logs -n shop pod-a -c worker --tail=-1 | grep -F p-1"
    silent = diagnose(facts(*begun(), task))
    assert silent.verdict is Verdict.DISPATCH_LOST
    restarted = diagnose(facts(*begun(), task, workers=(beat(up_s=400, in_flight=(running,), in_flight_count=1),)))
    assert restarted.verdict is Verdict.DISPATCH_LOST
    gone = diagnose(facts(*begun(), task, workers=(beat("pod-b"),)))
    assert (gone.verdict, gone.worker) == (Verdict.DISPATCH_LOST, "pod-a")
    assert any("--previous" in each and "pod-a" in each for each in commands(gone))


def test_an_execution_that_began_after_the_last_word_of_its_worker_is_taken_to_run() -> None:
    task = scheduled(2, attempt("pod-a", 1))
    assert diagnose(facts(*begun(), task, workers=(beat(beat_at=ago(3)),))).verdict is Verdict.ACTIVITY_RUNNING


def test_of_several_activities_the_one_that_is_worst_off_has_the_word() -> None:
    lost = scheduled(100, event_id=1)
    running = scheduled(100, attempt("pod-a", 1), event_id=0)
    assert diagnose(facts(*begun(), running, lost)).verdict is Verdict.DISPATCH_LOST


def test_an_activity_that_a_worker_without_it_holds_is_not_registered_though_another_has_it() -> None:
    held = HeldBack(
        instance_id="p-1", kind=HoldKind.ACTIVITY_NOT_REGISTERED, activity="work", since=ago(90), message="no work here"
    )
    workers = (beat(), beat("pod-b", activities=(), held_back=(held,), held_back_count=1))
    found = diagnose(facts(*begun(), scheduled(91), workers=workers))
    assert (found.verdict, found.reason) == (Verdict.ACTIVITY_NOT_REGISTERED, "no work here")


def test_what_one_worker_holds_back_and_another_has_gone_on_with_is_not_held_back() -> None:
    held = HeldBack(instance_id="p-1", kind=HoldKind.REPLAY_DIFFERS, since=ago(30), message="differs")
    workers = (beat(), beat("pod-b", held_back=(held,), held_back_count=1))
    moved = (*begun(), event(-1, "workflowStarted", 3, version="v1"), scheduled(2, attempt("pod-a", 1)))
    assert diagnose(facts(*moved, workers=workers)).verdict is Verdict.ACTIVITY_RUNNING
    still = diagnose(facts(*begun(), workers=workers, status=InstanceStatus.STALLED))
    assert still.verdict is Verdict.NON_DETERMINISTIC


def test_workers_without_a_living_stream_are_what_is_wrong() -> None:
    dead, locked = beat(stream="lost", stream_since=ago(9)), beat("pod-b", stream="locked", stream_since=ago(9))
    wait = event(0, "timerCreated", 10, waits_for="go", fire_at=NEVER)
    found = diagnose(facts(*begun(), wait, workers=(dead, locked)))
    assert (found.verdict, found.worker, found.pod) == (Verdict.STREAM_DEAD, "pod-a", "pod-a")
    assert diagnose(facts(*begun(), wait, workers=(dead, beat("pod-b")))).healthy
    assert diagnose(facts(*begun(), wait, workers=(beat(stream="lost", stream_since=ago(4)),))).healthy


def test_an_event_ends_the_oldest_wait_for_it_whatever_the_case_of_its_name() -> None:
    first = event(0, "timerCreated", 50, waits_for="Go", fire_at=NEVER)
    second = event(1, "timerCreated", 40, waits_for="go", fire_at=NEVER)
    raised = event(-1, "eventRaised", 30, name="GO")
    assert OpenWork.of((*begun(), first, second, raised)).events == [second]
    assert OpenWork.of((*begun(), raised, first)).events == [first]


def test_a_life_that_was_continued_as_new_waits_for_nothing_of_the_one_before() -> None:
    assert OpenWork.of((*begun(), scheduled(50), *begun(40))).is_nothing


def test_an_approval_has_the_word_while_its_notification_is_still_tried() -> None:
    asked = {"subject": "Buy?", "approvers": ["ada"], "required": 1, "since": ago(90), "until": NOW}
    status = view(custom_status=None).model_copy(update={"custom_status": _json(asked)})
    wait = event(0, "timerCreated", 90, waits_for="approval", fire_at=NOW)
    told = Facts(status, (*begun(), scheduled(90, event_id=3), wait), (beat(),), NOW, LOST_AFTER)
    found = diagnose(told)
    assert (found.verdict, found.approvers) == (Verdict.WAITING_FOR_EVENT, ("ada",))


def _json(asked: dict[str, Any]) -> str:
    return json.dumps(asked, default=str)


def test_a_parent_is_as_healthy_as_its_child() -> None:
    created = event(0, "childWorkflowInstanceCreated", 50, name="pipeline", child_id="p-1:0")
    child = diagnose(facts(*begun(), scheduled(61))).model_copy(update={"instance_id": "p-1:0"})
    found = diagnose(facts(*begun(), created), child)
    assert (found.verdict, found.healthy, found.child) == (Verdict.WAITING_FOR_CHILD, False, child)
    assert diagnose(facts(*begun(), created)).healthy


def test_a_parent_of_a_chain_says_in_one_line_what_it_comes_down_to() -> None:
    lowest = diagnose(facts(*begun(), scheduled(61))).model_copy(update={"instance_id": "p-1:0:0:0"})
    found = lowest
    for child_id in ("p-1:0:0", "p-1:0", "p-1"):
        created = event(0, "childWorkflowInstanceCreated", 50, name="pipeline", child_id=found.instance_id)
        found = diagnose(facts(*begun(), created), found).model_copy(update={"instance_id": child_id})
    assert found.summary.endswith(f": 2 further down, p-1:0:0:0: {lowest.summary}")
    assert found.summary.count("Waits for the child") == 1


def test_an_activity_is_said_to_wait_for_a_place_only_where_none_is_free() -> None:
    full = diagnose(facts(*begun(), scheduled(1), workers=(beat(in_flight_count=10),)))
    assert "waits for a free place" in full.summary
    for each in (beat(in_flight_count=1, queued=1), beat(in_flight_count=1, draining=True)):
        found = diagnose(facts(*begun(), scheduled(1), workers=(each,)))
        assert found.verdict is Verdict.ON_ITS_WAY
        assert "free place" not in found.summary


def test_what_was_too_large_is_not_offered_to_be_run_again() -> None:
    failure = Failure(type="ResultTooLargeError", message="the result exceeds gRPC's message size")
    found = diagnose(facts(*begun(), status=InstanceStatus.FAILED, failure=failure))
    assert found.verdict is Verdict.PAYLOAD_TOO_LARGE
    assert commands(found) == ["durably history p-1", "durably workflows"]


@pytest.mark.parametrize(
    "line",
    [
        "ada 7 1 0 12:00 pts/0 00:00:01 python -m worker",
        "ada 7 1 0 12:00 pts/0 00:00:01 python -P -m durably.cli.leash 7 worker",
        "ada 7 1 0 12:00 pts/0 00:00:01 python -P -m durably.cli.leash 12 worker --verbose",
    ],
)
def test_off_kubernetes_the_next_command_finds_a_worker_however_it_was_started_and_nothing_else(line: str) -> None:
    found = seen_from_api("p-1", NoWorkerError("x"), now=NOW, namespace=None, has_sidecar=False)
    (looks, _) = commands(found)
    others = [looks, "python -m workers", "python -P -m durably.cli.leash 7 api"]
    _, _, search = looks.partition(" | ")
    seen = subprocess.run(
        ["/bin/sh", "-c", search], input="\n".join([line, *others]), capture_output=True, text=True, check=True
    )
    assert seen.stdout.splitlines() == [line]


def test_a_command_quotes_what_a_shell_would_take_for_its_own() -> None:
    wait = event(0, "timerCreated", 10, waits_for="it's; rm -rf ~", fire_at=NEVER)
    (first, *_) = commands(diagnose(facts(*begun(), wait)))
    assert first == "durably event p-1 'it'\"'\"'s; rm -rf ~'"


def test_a_refusal_of_the_sdk_has_its_own_verdict_also_when_it_ended_the_instance() -> None:
    failure = Failure(type="NonDeterminismError", message="differs")
    found = diagnose(facts(*begun(), status=InstanceStatus.FAILED, failure=failure))
    assert (found.verdict, found.failure) == (Verdict.NON_DETERMINISTIC, failure)


@pytest.mark.parametrize(
    ("error", "verdict", "first"),
    [
        (NoWorkerError("x"), Verdict.NO_WORKER, "kubectl get pods -n shop -l app.kubernetes.io/component=worker"),
        (WorkerTimeoutError("x"), Verdict.NO_WORKER, "kubectl get pods -n shop -l app.kubernetes.io/component=worker"),
        (
            NoSidecarError("x"),
            Verdict.SIDECAR_UNREACHABLE,
            "kubectl get pods -n shop -l app.kubernetes.io/component=api",
        ),
    ],
)
def test_where_nobody_answers_the_api_says_which_pods_to_look_at(error: Any, verdict: Verdict, first: str) -> None:
    found = seen_from_api("p-1", error, now=NOW, namespace="shop", has_sidecar=True)
    assert (found.verdict, found.healthy, commands(found)[0]) == (verdict, False, first)
    assert any("-c daprd" in each for each in commands(found))


def test_a_worker_without_its_store_names_the_sidecars_log() -> None:
    found = seen_from_worker(Verdict.STATE_STORE_UNREACHABLE, own=beat(), reason="no", instance_id="p-1")
    assert commands(found)[0] == "kubectl logs -n shop pod-a -c daprd --tail=50"


def test_a_worker_off_kubernetes_is_named_by_its_process_and_the_file_of_its_log() -> None:
    home = {"pod": None, "namespace": None}
    task = scheduled(2, attempt("pod-a", 1))
    logged = diagnose(facts(*begun(), task, workers=(beat(log="/var/log/w.log", **home),)))
    assert commands(logged)[0] == "grep -F p-1 /var/log/w.log"
    assert commands(diagnose(facts(*begun(), task, workers=(beat(**home),))))[0] == "ps -fp 7"


@pytest.mark.parametrize("kind", [kind for kind in HoldKind if kind is not HoldKind.ACTIVITY_NOT_REGISTERED])
def test_whatever_a_worker_holds_back_has_a_verdict_that_is_not_healthy_with_its_reason(kind: HoldKind) -> None:
    differs = {"expected": "a", "actual": "b", "file": "w.py", "line": 3}
    held = HeldBack(instance_id="p-1", kind=kind, since=NOW, message="told", **differs)
    found = diagnose(facts(*begun(), workers=(beat(held_back=(held,), held_back_count=1),)))
    assert (found.healthy, found.reason, found.worker) == (False, "told", "pod-a")
    assert found.mismatch is not None
    assert (found.mismatch.expected, found.mismatch.actual, found.mismatch.line) == ("a", "b", 3)
