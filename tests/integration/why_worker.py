"""The real worker, as one of several releases of its code: `python -m` runs it, `WHY_RELEASE` says which.

On SIGUSR1 what reads its work stream ends, as it would by a fault of ours: the worker is alive and gets no work.
"""

import asyncio
import os
import signal
from datetime import timedelta
from typing import Any, Final

from durably.authoring import ActivityContext, ActivityDefinition, Environment, Package
from durably.contracts.settings import load_settings
from durably.engine.loops import run
from durably.engine.workflow import WorkflowContext
from durably.telemetry.logging import configure
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.activities import behaviour_activities
from tests.harness.behaviours.releases import new_worker, old_worker
from tests.harness.behaviours.workflows import Turns, define
from tests.harness.behaviours.world import Anything, World
from tests.workflows.asking import ASK, ASKING
from worker.bootstrap import bootstrap
from worker.settings import WorkerSettings

RELEASE: Final = "WHY_RELEASE"
FULL: Final = "full"
"""Has everything."""
OLD: Final = "old"
"""Has not version 2 of `released`."""
NO_ECHO: Final = "no_echo"
"""Has not registered the activity `echo`."""
NO_SEQUENCE: Final = "no_sequence"
"""Has not registered the workflow `sequence`."""
DIFFERENT: Final = "different"
"""Calls an activity in `waits_far_ahead` before it waits, under the same version."""
BIG: Final = "big"
"""Activity: returns so many characters."""


async def _big(_ctx: ActivityContext, given: Anything) -> str:
    return "x" * int(given.root)


def _asks_first(ctx: WorkflowContext, given: Anything) -> Turns:
    yield ctx.call_activity(act.ECHO, input="new")
    yield ctx.create_timer(timedelta(seconds=given.root["seconds"]))


def package(_: Environment) -> Package:
    """What the release has."""
    release, world = os.environ.get(RELEASE, FULL), World()
    workflows = (old_worker if release == OLD else new_worker)(world).workflows
    activities = (*behaviour_activities(world), ActivityDefinition(name=BIG, run=_big, input_model=Anything))
    if release == NO_ECHO:
        activities = tuple(each for each in activities if each.name != act.ECHO)
    if release == NO_SEQUENCE:
        workflows = tuple(each for each in workflows if each.name != "sequence")
    if release == DIFFERENT:
        kept = tuple(each for each in workflows if each.name != "waits_far_ahead")
        workflows = (*kept, define(_asks_first, name="waits_far_ahead"))
    asking: tuple[Any, ...] = tuple(each for each in ASKING if each.name == ASK)
    return Package(workflows=(*workflows, *asking), activities=activities)


async def _serve() -> None:
    worker = await bootstrap(load_settings(WorkerSettings), packages=(package,))

    def lose_stream() -> None:
        reading, *_ = worker.host._background  # what no fault of the network ends for good
        reading.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lose_stream)
    await worker.run()


if __name__ == "__main__":
    configure(format="json", service="worker", level="INFO")
    run(_serve())
