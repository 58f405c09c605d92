"""Steady requests from a pod of the cluster, through the API's Service: what a customer sees of a rollout."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from tests.e2e.batch import Batch
from tests.e2e.cluster import NAMESPACE, Cluster
from tests.e2e.visitor import Visitor, visitor

PER_S: Final = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of the load; `failures` quotes every request that was not answered as it should be."""

    sent: int
    per_s: float
    failures: list[str]
    tasks: list[str]
    slowest_s: float


class Load:
    """Load that runs.

    Args:
        client: The pod that makes it.
        batch: Where the tasks that it starts are counted.
    """

    def __init__(self, client: Visitor, batch: Batch) -> None:
        self._client = client
        self._batch = batch

    async def stop(self) -> Seen:
        """Send no more, wait for the last answer, and hand the accepted tasks to the batch."""
        await self._client.stop()
        seen = Seen(**await self._client.told('"failures"'))
        self._batch.tasks += seen.tasks
        return seen


@asynccontextmanager
async def steady_load(cluster: Cluster, batch: Batch) -> AsyncIterator[Load]:
    """Twenty requests a second, from now on, while the context lasts."""
    url = f"http://durably-api.{NAMESPACE}.svc"
    env = {"API_URL": url, "RATE": str(PER_S), "PREFIX": batch.prefix}
    async with visitor(cluster, "steady", env) as client:
        await client.told('"begun"')
        yield Load(client, batch)
