from durably.authoring import Environment, Package
from durably.contracts.tasks import TaskTerms
from worker.activities import assign_task, validate_task
from worker.activities.ports import AssignmentStore
from worker.adapters.assignments import DaprAssignmentStore
from worker.packages.settings import TaskSettings
from worker.workflows.task_processing import TASK_PROCESSING_V1, TASK_PROCESSING_V2


def declare(environment: Environment) -> Package:
    """The package `tasks`."""
    return package(assignments=DaprAssignmentStore(environment.state), terms=environment.settings(TaskSettings).terms)


def package(*, assignments: AssignmentStore, terms: TaskTerms) -> Package:
    """The task pipeline.

    Args:
        assignments: Where assignments are kept.
        terms: Which tasks need an approval.
    """
    return Package(
        workflows=(TASK_PROCESSING_V1, TASK_PROCESSING_V2),
        activities=(validate_task.definition(terms), assign_task.definition(assignments)),
    )
