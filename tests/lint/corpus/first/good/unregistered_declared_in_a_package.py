# near: UNREGISTERED
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, SEND_NOTIFICATION, ActivityContext, ActivityDefinition, Environment, Frozen
from durably.authoring import Notification, Package, WorkflowContext, WorkflowDefinition, retry


class Leak(Frozen):
    """Where water was found."""

    room: str


def close_valve(valves: dict[str, str]) -> ActivityDefinition:
    """The activity that knows which valve belongs to a room."""

    async def run(_ctx: ActivityContext, leak: Leak) -> str:
        """Idempotent because a closed valve stays closed."""
        return valves[leak.room]

    return ActivityDefinition("close_valve", run, Leak)


def stop_leak(ctx: WorkflowContext, leak: Leak) -> Generator[Any, Any, Leak]:
    valve = yield ctx.call_activity("close_valve", input=leak, retry_policy=retry(LOCAL))
    letter = Notification(task_id=ctx.instance_id, assignee="caretaker", text=f"{valve} is closed")
    yield ctx.call_activity(SEND_NOTIFICATION, input=letter)
    return leak


def declare(environment: Environment) -> Package:
    """What the worker calls at its start."""
    workflow = WorkflowDefinition("stop_leak", "v1", stop_leak, Leak, Leak)
    return Package(workflows=(workflow,), activities=(close_valve({"kitchen": "v1"}),))
