"""A second release is installed, changed, put back and removed while workflows run: none is harmed, nothing stays."""

from typing import Final

import pytest

from tests.e2e.neighbour import Neighbour, neighbour
from tests.e2e.stage import Stage
from tests.harness.waiting import until

pytestmark = pytest.mark.e2e

TASKS: Final = ("a", "b", "c")


async def test_an_upgrade_and_a_rollback_harm_no_workflow_and_an_uninstall_leaves_nothing(stage: Stage) -> None:
    # given
    batch = stage.batch()
    await batch.start(5)
    async with neighbour(stage.cluster) as second:
        notes = await second.install()
        running = [await second.start(task) for task in TASKS]

        # when
        await second.install(worker__maxActivities=50, worker__podAnnotations={"changed": "yes"})
        running += [await second.start("d")]
        await second.roll_back()

        # then
        assert [await second.ended(instance) for instance in running] == ["completed"] * 4
        assert sorted(await second.effects()) == [*TASKS, "d"]
        assert "helm test durably-2 -n durably-2" in notes
        assert "pod-security" not in notes, "the namespace is held to the restricted level already"

        # when
        await second.uninstall()

        # then
        await _nothing_is_left(second)
    outcome = await batch.outcome(0)
    assert outcome.flawless, outcome


async def test_workflows_outlive_an_uninstall_whose_volume_is_retained(stage: Stage) -> None:
    async with neighbour(stage.cluster) as second:
        # given
        retained = {"redis__persistence__whenUninstalled": "Retain"}
        await second.install(**retained)
        running = [await second.start(task) for task in TASKS]

        # when
        await second.uninstall()
        volumes = await second.left_over()
        await second.install(**retained)

        # then
        assert volumes == ["persistentvolumeclaim/data-durably-2-redis-0"]
        assert [await second.ended(instance, within_s=240) for instance in running] == ["completed"] * 3
        await second.uninstall()


async def _nothing_is_left(second: Neighbour) -> None:
    """What others remove when we have gone, such as the Services of Dapr's operator, may take a moment."""
    await until(second.left_over, what="nothing is left", holds=lambda left: left == [], timeout_s=60, poll_s=1)
