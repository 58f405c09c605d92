"""The real worker with the workflows of the behaviour suite and those that ask people: `python -m` runs it."""

import asyncio

from durably.authoring import Environment, Package
from durably.contracts.settings import load_settings
from durably.telemetry.logging import configure
from tests.harness.behaviours.activities import behaviour_activities
from tests.harness.behaviours.workflows import BEHAVIOUR_WORKFLOWS
from tests.harness.behaviours.world import World
from tests.workflows.asking import ASK, ASKING
from worker.bootstrap import bootstrap
from worker.settings import WorkerSettings


def behaviours(_: Environment) -> Package:
    """What engines are tested with."""
    return Package(workflows=BEHAVIOUR_WORKFLOWS, activities=behaviour_activities(World()))


def asking(_: Environment) -> Package:
    """The workflow that does nothing but ask."""
    return Package(workflows=tuple(each for each in ASKING if each.name == ASK))


async def _serve(settings: WorkerSettings) -> None:
    worker = await bootstrap(settings, packages=(behaviours, asking))
    await worker.run()


def main() -> None:
    """Run until SIGTERM."""
    settings = load_settings(WorkerSettings)
    configure(format="json", service="worker")
    asyncio.run(_serve(settings))


if __name__ == "__main__":
    main()
