"""`python -m benchmarks.durably_worker`: our worker as it is, with the benchmark's workflow for the pipeline."""

from pydantic import BaseModel

from benchmarks import workload
from durably.authoring import Environment, Package, WorkflowDefinition
from durably.contracts.settings import load_settings
from durably.engine.loops import run
from durably.telemetry.logging import configure
from worker.bootstrap import bootstrap
from worker.packages import tasks
from worker.settings import WorkerSettings


class Size(BaseModel):
    """How many steps."""

    n: int = 0


def _declare(environment: Environment) -> Package:
    workflow = WorkflowDefinition(workload.THREE_STEPS, "v1", workload.three_steps, Size, Size)
    return Package(workflows=(workflow,), activities=tasks.declare(environment).activities)


async def _serve(settings: WorkerSettings) -> None:
    worker = await bootstrap(settings, packages=(_declare,))
    await worker.run()


def main() -> None:
    """Run the worker until SIGTERM."""
    settings = load_settings(WorkerSettings)
    configure(format=settings.log_format, service="worker", level=settings.log_level)
    run(_serve(settings))


if __name__ == "__main__":
    main()
