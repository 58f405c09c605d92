"""Each part is really stopped, and the alert that is made for it is asked whether it sees that."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import pytest
import pytest_asyncio

from tests.harness.processes import Process
from tests.harness.waiting import until
from tests.monitoring.conftest import scraping
from tests.monitoring.load import Load
from tests.monitoring.prometheus import Prometheus, Series
from tests.monitoring.queries import alerts
from tests.monitoring.sites import NAMESPACE, RELEASE, SelfHosted, self_hosted

pytestmark = pytest.mark.dapr

_WINDOW: Final = "8s"
"""In place of the alerts' five and ten minutes."""

_PLACE: Final = {"namespace": NAMESPACE, "app_kubernetes_io_instance": RELEASE}


@dataclass(frozen=True, slots=True)
class Watched:
    """The stack, a load on it, and the alerts."""

    site: SelfHosted
    load: Load
    prometheus: Prometheus

    def part(self, name: str) -> Process:
        """A process by its name."""
        return {process.name: process for process in self.site.stack.processes}[name]

    async def firing(self, name: str) -> tuple[Series, ...]:
        """What an alert's expression finds now, with a window that fits a test."""
        return await self.prometheus.now(_ALERTS[name].within(_WINDOW))

    async def fires(self, name: str) -> Series:
        """What an alert's expression finds, once it finds something."""
        found = await until(lambda: self.firing(name), what=f"{name} fires", timeout_s=40, poll_s=0.3)
        return found[0]

    async def sidecars_known(self) -> None:
        """Return once Prometheus has known both sidecars for a window: from then on what they fail to do counts."""
        started = 'process_start_time_seconds{container="daprd"}'
        await until(
            lambda: self.prometheus.now(f"{started} == {started} offset {_WINDOW}"),
            what="both sidecars are known",
            timeout_s=40,
            holds=lambda found: len(found) == 2,
            poll_s=0.3,
        )

    async def calm(self, name: str) -> None:
        """Return once an alert's expression finds nothing any more."""
        await until(
            lambda: self.firing(name), what=f"{name} is calm", timeout_s=60, holds=lambda found: not found, poll_s=0.3
        )


_ALERTS: Final = {alert.name: alert for alert in alerts()}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watched(tools: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    folder = tmp_path_factory.mktemp("outages")
    async with self_hosted(folder) as site, scraping(site, folder) as prometheus:
        load = Load(site)
        await load.tasks(5)
        yield Watched(site, load, prometheus)


@pytest.mark.parametrize("name", sorted(_ALERTS))
async def test_no_alert_fires_while_all_is_well(watched: Watched, name: str) -> None:
    await watched.calm(name)


@pytest.mark.parametrize(
    ("part", "alert"),
    [
        ("redis", "DurablyStoreUnreachable"),
        ("worker", "DurablyNoWorker"),
        ("daprd", "DurablySidecarMissing"),
        ("daprd-api", "DurablySidecarMissing"),
    ],
)
async def test_an_alert_sees_a_part_that_is_away_and_sees_it_come_back(watched: Watched, part: str, alert: str) -> None:
    watched.part(part).kill()
    try:
        fired = await watched.fires(alert)
        assert _PLACE.items() <= fired.labels.items()
    finally:
        await watched.part(part).start()
    await watched.calm(alert)


async def test_an_alert_sees_that_the_scheduler_is_away_as_soon_as_somebody_needs_it(watched: Watched) -> None:
    await watched.sidecars_known()

    await watched.load.outage(watched.part("scheduler"))

    assert _PLACE.items() <= (await watched.fires("DurablySchedulerUnreachable")).labels.items()
    await watched.fires("DurablyApiFailing")
    await watched.calm("DurablySchedulerUnreachable")


async def test_a_receiver_that_refuses_everything_is_seen_as_retries_stuck_instances_and_failures(
    watched: Watched,
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(watched.load.workflows_fail(4))
        group.create_task(watched.fires("DurablyInstancesStuck"))
        group.create_task(watched.fires("DurablyRetriesClimbing"))

    assert (await watched.fires("DurablyWorkflowsFailing")).labels["workflow"] == "task_processing_workflow"
    await watched.calm("DurablyInstancesStuck")
