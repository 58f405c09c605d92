"""Builds that somebody might release after today's: what `durably gate --package` is pointed at."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from durably.authoring import Environment, Package
from durably.contracts.names import ASSIGN_TASK, VALIDATE_TASK
from durably.contracts.tasks import TaskRequest, TaskResult, Validation
from durably.domain.policies import LOCAL
from durably.domain.tasks import completed, rejected
from durably.engine.workflow import WorkflowContext, retry
from worker.packages import applications, orders, tasks


def _without_asking(ctx: WorkflowContext, task: TaskRequest) -> Generator[Any, Any, TaskResult]:
    """The task pipeline of somebody who has had enough of approvals."""
    found = Validation.model_validate((yield ctx.call_activity(VALIDATE_TASK, input=task, retry_policy=retry(LOCAL))))
    if not found.accepted:
        return rejected(task, found)
    yield ctx.call_activity(ASSIGN_TASK, input=task, retry_policy=retry(LOCAL))
    return completed(task, task.assignee)


def _turning_in_circles(ctx: WorkflowContext, _task: TaskRequest) -> Generator[Any, Any, None]:
    while ctx.instance_id:
        with suppress(Exception):
            [None][0 if ctx.instance_id else 1]
    yield


class _CostedTask(TaskRequest):
    cost_centre: str


def same(environment: Environment) -> Package:
    """Nothing but another build."""
    return _all(environment)


def breaking(environment: Environment) -> Package:
    """The latest version of the task pipeline is changed."""
    package = _all(environment)
    *others, latest = _tasks(package)
    return replace(package, workflows=(*_rest(package), *others, replace(latest, run=_without_asking)))


def behind_a_new_version(environment: Environment) -> Package:
    """The same change, as a version of its own."""
    package = _all(environment)
    latest = _tasks(package)[-1]
    return replace(package, workflows=(*package.workflows, replace(latest, version="v3", run=_without_asking)))


def without_the_old_version(environment: Environment) -> Package:
    """The first version of the task pipeline is gone."""
    package = _all(environment)
    return replace(package, workflows=tuple(w for w in package.workflows if w is not _tasks(package)[0]))


def without_the_latest_version(environment: Environment) -> Package:
    """The latest version of the task pipeline is gone."""
    package = _all(environment)
    return replace(package, workflows=tuple(w for w in package.workflows if w is not _tasks(package)[-1]))


def without_orders(environment: Environment) -> Package:
    """There are no orders any more."""
    return _all(environment, without_orders=True)


def endless(environment: Environment) -> Package:
    """The latest version of the task pipeline never comes to its first activity, and shrugs off every error."""
    package = _all(environment)
    *others, latest = _tasks(package)
    return replace(package, workflows=(*_rest(package), *others, replace(latest, run=_turning_in_circles)))


def with_a_new_field(environment: Environment) -> Package:
    """The input of the task pipeline has one more field, which no open instance was given."""
    package = _all(environment)
    *others, latest = _tasks(package)
    return replace(package, workflows=(*_rest(package), *others, replace(latest, input_model=_CostedTask)))


def without_an_activity(environment: Environment) -> Package:
    """`assign_task` has been renamed."""
    package = _all(environment)
    return replace(package, activities=tuple(a for a in package.activities if a.name != ASSIGN_TASK))


def broken(_environment: Environment) -> Package:
    """Cannot even be declared."""
    raise LookupError("a variable is missing")


def _all(environment: Environment, *, without_orders: bool = False) -> Package:
    declare = (tasks.declare, applications.declare) if without_orders else _DECLARE
    packages = [one(environment) for one in declare]
    return Package(
        workflows=tuple(workflow for package in packages for workflow in package.workflows),
        activities=tuple(activity for package in packages for activity in package.activities),
    )


def _tasks(package: Package) -> list[Any]:
    return [workflow for workflow in package.workflows if workflow.name == "task_processing_workflow"]


def _rest(package: Package) -> list[Any]:
    return [workflow for workflow in package.workflows if workflow.name != "task_processing_workflow"]


_DECLARE = (tasks.declare, orders.declare, applications.declare)
