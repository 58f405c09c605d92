"""What becomes of one open instance on another build, and what that makes of the release."""

import asyncio
import json
from typing import Any

from durably.cli.commands.candidate import Candidate, Verdict
from durably.cli.commands.verdicts import Verdicts
from durably.contracts.names import ASSIGN_TASK
from durably.contracts.recordings import Recording
from durably.contracts.replays import DivergenceKind
from tests.replay.recorder import HISTORIES
from tests.replay.test_released_versions import read
from worker.candidate import candidate

TASK = "task_processing_workflow"


def build(release: str = "same", *, strict: bool = False, limit_s: float = 10) -> Candidate:
    registry = asyncio.run(candidate([f"tests.replay.releases:{release}"]))
    return Candidate(registry, strict=strict, limit_s=limit_s)


def assigning() -> Recording:
    """A task while `assign_task` runs: scheduled, and without an answer."""
    whole = read(HISTORIES / f"{TASK}.v2.task_done.dapr.json")
    end = next(place for place, event in enumerate(whole.events) if "assign_task" in str(event)) + 1
    return whole.model_copy(update={"events": whole.events[:end]})


def retitled() -> Recording:
    """The same, as if the task had come to `assign_task` with another title than it began with."""
    given = assigning()
    events: list[dict[str, Any]] = [*given.events]
    scheduled = events[-1]["taskScheduled"]
    changed = scheduled | {"input": scheduled["input"] | {"title": "Sing"}}
    return given.model_copy(update={"events": (*events[:-1], events[-1] | {"taskScheduled": changed})})


def test_an_instance_that_is_in_the_middle_of_an_activity_passes_on_the_same_code() -> None:
    assert build().judge(TASK, assigning()) == Verdict(TASK, "v2")


def test_an_activity_that_is_scheduled_and_not_registered_any_more_breaks() -> None:
    verdict = build("without_an_activity").judge(TASK, assigning())
    assert verdict.divergence is not None
    assert verdict.divergence.kind is DivergenceKind.ACTIVITY_GONE
    assert ASSIGN_TASK in verdict.divergence.message


def test_another_input_breaks_only_if_it_is_to() -> None:
    assert build().judge(TASK, retitled()).divergence is None
    strict = build(strict=True).judge(TASK, retitled()).divergence
    assert strict is not None
    assert (strict.kind, "Sing" in strict.expected, "Write" in strict.actual) == (DivergenceKind.INPUT, True, True)


def test_an_instance_that_waits_for_its_first_turn_needs_its_workflow_alone() -> None:
    assert build().judge(TASK, None) == Verdict(TASK)
    gone = build("without_orders").judge("order_processing_workflow", None).divergence
    assert gone is not None
    assert gone.kind is DivergenceKind.WORKFLOW_GONE


def test_an_instance_that_ended_before_it_was_read_does_not_count() -> None:
    verdict = build("breaking").judge(TASK, read(HISTORIES / f"{TASK}.v2.task_done.dapr.json"))
    assert (verdict.open, verdict.divergence) == (False, None)


def test_a_history_that_could_not_be_read_stops_the_release() -> None:
    verdicts = Verdicts(gone=[])
    verdicts.add("task-1", Verdict(TASK, "v2"))
    assert verdicts.passes
    verdicts.unread("task-2", "the server says no")
    assert not verdicts.passes
    assert verdicts.report()["unreadable"] == {"task-2": "the server says no"}


def test_instances_are_told_by_version_and_by_what_is_wrong_with_them() -> None:
    broken, verdicts = build("breaking"), Verdicts(gone=[])
    asking = read(HISTORIES / f"{TASK}.v2.task_approved.dapr.json")
    waiting = asking.model_copy(update={"events": asking.events[:8]})
    for instance_id, recording in (("a", waiting), ("b", assigning()), ("c", waiting)):
        verdicts.add(instance_id, broken.judge(TASK, recording))
    passing, breaking = verdicts.groups()
    assert (passing.broken, passing.instances, breaking.broken) == ([], ["b"], ["a", "c"])
    assert verdicts.summary == "open instances: 1 pass, 2 would break"


def test_code_that_never_ends_breaks_names_its_workflow_and_is_run_once() -> None:
    endless = build("endless", limit_s=0.2)
    first = endless.judge(TASK, assigning()).divergence
    assert first is not None
    assert first.message.startswith(f"Workflow {TASK} v2 still ran after 200 ms")
    assert endless.judge(TASK, retitled()).divergence is first


def test_instances_that_a_new_field_breaks_are_one_group_and_their_inputs_are_not_told() -> None:
    verdicts, judging = Verdicts(gone=[]), build("with_a_new_field")
    for secret in ("hunter2", "swordfish"):
        given = assigning()
        events: list[dict[str, Any]] = json.loads(json.dumps(given.events))
        start = next(event["executionStarted"] for event in events if "executionStarted" in event)
        start["input"]["title"] = secret
        verdicts.add(secret, judging.judge(TASK, given.model_copy(update={"events": tuple(events)})))
    (group,) = verdicts.groups()
    assert group.broken == ["hunter2", "swordfish"]
    assert group.divergence is not None
    assert "cost_centre: Field required" in group.divergence.message
    assert "hunter2" not in group.divergence.model_dump_json()
