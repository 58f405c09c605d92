"""The sites, the self-hosted stack and a cluster with the chart on it, each with a Prometheus that scrapes it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from tests.harness.waiting import until
from tests.monitoring import prometheus
from tests.monitoring.cluster import Cluster, why_there_is_none
from tests.monitoring.load import Load
from tests.monitoring.prometheus import Prometheus
from tests.monitoring.sites import SelfHosted, Site, self_hosted

_SETTLE_S: Final = 3
"""Seconds after the load in which everything is scraped once more."""

_TEST_S: Final = 240


@dataclass(frozen=True, slots=True)
class Observed:
    """What was scraped during a load, and when that was.

    Args:
        prometheus: The Prometheus that scraped it.
        begun: When the load began, in seconds since the epoch.
        ended: When it was over.
        on_cluster: Whether the targets were pods.
    """

    prometheus: Prometheus
    begun: float
    ended: float
    on_cluster: bool


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this suite runs in one event loop: what is scraped lives as long as its Prometheus."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(_TEST_S))


@pytest.fixture(scope="package")
def tools() -> None:
    """Skips what needs a Prometheus where there is none."""
    if missing := prometheus.missing():
        pytest.skip(f"not on PATH: {', '.join(missing)}; to enable it: {prometheus.INSTALL}")


@pytest_asyncio.fixture(
    scope="package",
    loop_scope="session",
    params=[pytest.param("self-hosted", marks=pytest.mark.dapr), pytest.param("cluster", marks=pytest.mark.cluster)],
)
async def observed(
    tools: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Observed]:
    """A load, and what Prometheus saw of it."""
    folder = tmp_path_factory.mktemp("monitored")
    on_cluster = request.param == "cluster"
    if on_cluster and (reason := why_there_is_none()):
        pytest.skip(reason)
    async with Cluster(folder) if on_cluster else self_hosted(folder) as site, scraping(site, folder) as prometheus_:
        load = Load(site)
        await load.everything()
        if isinstance(site, SelfHosted):
            await site.strand()
            await load.outage(site.stack.engine.parts["scheduler"])
        await asyncio.sleep(_SETTLE_S)
        yield Observed(prometheus_, load.begun, time.time(), on_cluster)


@asynccontextmanager
async def scraping(site: Site, folder: Path) -> AsyncIterator[Prometheus]:
    """A Prometheus that has scraped every target of a site once."""
    scraper = Prometheus(folder / "prometheus", site.targets)
    await scraper.process.start()
    try:
        await until(scraper.down, what="every target is up", timeout_s=20, holds=lambda down: not down, poll_s=0.2)
        yield scraper
    finally:
        await scraper.process.stop()
