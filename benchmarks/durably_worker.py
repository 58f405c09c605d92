"""`python -m benchmarks.durably_worker`: our worker as it is, with the benchmark's workflow for the pipeline."""

from pydantic import BaseModel

from benchmarks import workload
from durably.authoring import Environment, Package, WorkflowDefinition
from worker.__main__ import main
from worker.packages import tasks


class Size(BaseModel):
    """How many steps."""

    n: int = 0


def _declare(environment: Environment) -> Package:
    workflow = WorkflowDefinition(workload.THREE_STEPS, "v1", workload.three_steps, Size, Size)
    return Package(workflows=(workflow,), activities=tasks.declare(environment).activities)


if __name__ == "__main__":
    main(packages=(_declare,))
