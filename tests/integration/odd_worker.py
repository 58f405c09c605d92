"""The real worker, with workflows and an assignment store that do what they should not: `python -m` runs it."""

from collections.abc import Generator
from typing import Any

from durably.authoring import Environment, Package, WorkflowContext
from durably.contracts.tasks import Assignment
from tests.harness.behaviours.workflows import define, explode, odd_result
from tests.harness.behaviours.world import Anything
from worker.__main__ import main
from worker.packages import applications, orders, tasks
from worker.packages.settings import TaskSettings


class OddStore:
    """An assignment store whose answers JSON cannot hold."""

    async def write_first(self, assignment: Assignment) -> Any:
        """Return no assignment."""
        return {assignment.task_id: object()}


def mirror(_ctx: WorkflowContext, given: Anything) -> Generator[Any, Any, Any]:
    """Return the input."""
    yield from ()
    return given.root


def _odd(environment: Environment) -> Package:
    """The package `tasks` with that store."""
    return tasks.package(assignments=OddStore(), terms=environment.settings(TaskSettings).terms)


def _more(_environment: Environment) -> Package:
    return Package(workflows=(define(explode), define(odd_result), define(mirror)))


if __name__ == "__main__":
    main(packages=(_odd, _more, orders.declare, applications.declare))
