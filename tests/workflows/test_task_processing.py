"""The task pipeline: urgent tasks wait for an approval, all others are recorded as they were before there was one."""

from typing import Any, Final

from durably.contracts.ids import task_instance_id
from durably.contracts.names import SEND_NOTIFICATION, TASK_PROCESSING
from tests.workflows.conftest import Clocked
from worker.workflows.task_processing import TASK_PROCESSING_V1

TASK: Final[dict[str, Any]] = {"title": "Write", "assignee": "ada"}


async def begun(clocked: Clocked, task_id: str, **fields: Any) -> str:
    task = TASK | {"task_id": task_id} | fields
    return await clocked.runner.start(TASK_PROCESSING, task, instance_id=task_instance_id(task_id))


async def recorded(clocked: Clocked, instance_id: str) -> list[tuple[str, str | None, Any, Any]]:
    """The history without times and made-up ids."""
    return [(e.type, e.name, e.input, e.result) for e in await clocked.runner.events(instance_id)]


async def versions(clocked: Clocked, instance_id: str) -> set[str | None]:
    return {event.version for event in await clocked.runner.events(instance_id, "workflowStarted")} - {None}


async def test_an_urgent_task_is_assigned_once_it_is_approved(clocked: Clocked) -> None:
    instance_id = await begun(clocked, "urgent", priority=8)
    pending = await clocked.pending(instance_id)
    assert pending.subject == "Task urgent for ada, priority 8: Write"
    assert "urgent" not in clocked.outside.assignments
    await clocked.vote(instance_id, "lead")
    view = await clocked.ended(instance_id)
    assert view.output == {"task_id": "urgent", "status": "completed", "message": "Task urgent assigned to ada"}
    assert clocked.outside.told("urgent") == [("ada", "You were assigned: Write")]


async def test_an_urgent_task_that_is_rejected_is_never_assigned(clocked: Clocked) -> None:
    instance_id = await begun(clocked, "refused", priority=10)
    await clocked.pending(instance_id)
    await clocked.vote(instance_id, "lead", approve=False, reason="not now")
    view = await clocked.ended(instance_id)
    assert (view.output["status"], view.output["message"]) == ("rejected", "Rejected by lead: not now")
    assert "refused" not in clocked.outside.assignments
    assert clocked.outside.told("refused") == []


async def test_an_urgent_task_that_nobody_looks_at_is_decided_by_policy(clocked: Clocked) -> None:
    instance_id = await begun(clocked, "forgotten", priority=9)
    await clocked.pending(instance_id)
    clocked.advance(hours=24)
    assert (await clocked.ended(instance_id)).output["message"].startswith("Rejected by policy")


async def test_a_task_of_low_priority_asks_nobody(clocked: Clocked) -> None:
    view = await clocked.ended(await begun(clocked, "calm", priority=7))
    assert (view.output["status"], view.custom_status) == ("completed", None)


async def test_an_urgent_task_without_title_is_rejected_before_anybody_is_asked(clocked: Clocked) -> None:
    view = await clocked.ended(await begun(clocked, "untitled", title=" ", priority=9))
    assert (view.output["message"], view.custom_status) == ("Missing title", None)


async def test_without_priority_both_versions_record_the_same(clocked: Clocked) -> None:
    await clocked.deploy(workflows=(TASK_PROCESSING_V1,))
    first = await begun(clocked, "same", priority=0)
    await clocked.ended(first)
    old = await recorded(clocked, first)
    assert await versions(clocked, first) == {"v1"}
    await clocked.deploy()
    await clocked.runner.client.purge(first)
    second = await begun(clocked, "same", priority=0)
    await clocked.ended(second)
    assert await versions(clocked, second) == {"v2"}
    assert await recorded(clocked, second) == old


async def test_a_task_that_began_before_there_were_approvals_ends_without_one(clocked: Clocked) -> None:
    await clocked.deploy(workflows=(TASK_PROCESSING_V1,))
    clocked.outside.away = True
    instance_id = await begun(clocked, "old")
    await clocked.runner.recorded(instance_id, "timerCreated")
    await clocked.deploy()
    clocked.outside.away = False
    clocked.advance(seconds=1)
    assert (await clocked.ended(instance_id)).output["status"] == "completed"
    assert await versions(clocked, instance_id) == {"v1"}
    assert len(clocked.outside.told("old")) == 1
    calls = [event.name for event in await clocked.runner.events(instance_id, "taskScheduled")]
    assert calls.count(SEND_NOTIFICATION) == 2
