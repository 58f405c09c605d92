from collections.abc import Generator
from typing import Any

from durably.authoring.approvals import approval
from durably.contracts.names import ASSIGN_TASK, SEND_NOTIFICATION, TASK_PROCESSING, VALIDATE_TASK
from durably.contracts.tasks import Assignment, TaskRequest, TaskResult, Validation
from durably.domain.policies import LOCAL, OUTBOUND
from durably.domain.tasks import approval_request, completed, notification, rejected, turned_down
from durably.engine.registry import WorkflowDefinition
from durably.engine.workflow import WorkflowContext, retry


def task_processing(ctx: WorkflowContext, task: TaskRequest) -> Generator[Any, Any, TaskResult]:
    """Validate a task, assign it, tell the assignee.

    A task without title or assignee ends `rejected`: nothing is assigned, nobody is told. Otherwise the first
    assignment that was ever written for the task stands, and its assignee is told. There is nothing to compensate: an
    assignment is true whether or not the notification arrives. A receiver that stays away fails the workflow after the
    last attempt, with the receiver's answer as the reason; a rerun from `send_notification` then goes on from there.
    """
    validation = Validation.model_validate(
        (yield ctx.call_activity(VALIDATE_TASK, input=task, retry_policy=retry(LOCAL)))
    )
    if not validation.accepted:
        return rejected(task, validation)
    assignment = Assignment.model_validate(
        (yield ctx.call_activity(ASSIGN_TASK, input=task, retry_policy=retry(LOCAL)))
    )
    yield ctx.call_activity(
        SEND_NOTIFICATION, input=notification(task, assignment.assignee), retry_policy=retry(OUTBOUND)
    )
    return completed(task, assignment.assignee)


TASK_PROCESSING_V1 = WorkflowDefinition(
    name=TASK_PROCESSING, version="v1", run=task_processing, input_model=TaskRequest, result_model=TaskResult
)


def task_processing_with_approval(ctx: WorkflowContext, task: TaskRequest) -> Generator[Any, Any, TaskResult]:
    """Validate a task, have it approved if it is urgent, assign it, tell the assignee.

    As `task_processing`, and the same history for a task whose priority needs no approval. One that does is asked for
    before anything is assigned; if people reject it, or policy does at the deadline, it ends `rejected`, and the
    assignee never hears of it.
    """
    validation = Validation.model_validate(
        (yield ctx.call_activity(VALIDATE_TASK, input=task, retry_policy=retry(LOCAL)))
    )
    if not validation.accepted:
        return rejected(task, validation)
    if validation.approval is not None:
        decision = yield from approval(ctx, approval_request(task, validation.approval))
        if decision.outcome == "rejected":
            return turned_down(task, decision)
    assignment = Assignment.model_validate(
        (yield ctx.call_activity(ASSIGN_TASK, input=task, retry_policy=retry(LOCAL)))
    )
    yield ctx.call_activity(
        SEND_NOTIFICATION, input=notification(task, assignment.assignee), retry_policy=retry(OUTBOUND)
    )
    return completed(task, assignment.assignee)


TASK_PROCESSING_V2 = WorkflowDefinition(
    name=TASK_PROCESSING,
    version="v2",
    run=task_processing_with_approval,
    input_model=TaskRequest,
    result_model=TaskResult,
)
