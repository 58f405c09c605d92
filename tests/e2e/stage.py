"""What a test of this suite has in its hands."""

import time
from dataclasses import dataclass

from tests.e2e.batch import Batch
from tests.e2e.cluster import DAPR_NAMESPACE, NAMESPACE, Cluster, Pod
from tests.e2e.logs import Journal
from tests.e2e.outside import Api, Sandbox
from tests.e2e.report import Report


@dataclass(frozen=True, slots=True)
class Stage:
    """The release on its cluster, and everything that witnesses what happens to it."""

    cluster: Cluster
    api: Api
    sandbox: Sandbox
    journal: Journal
    report: Report

    def batch(self) -> Batch:
        """Workflows for one strike."""
        return Batch(self.api, self.sandbox, self.journal)

    async def in_order(self, *, timeout_s: float = 180) -> None:
        """Return once everything is as it was before anything was broken: ours and Dapr's."""
        await self.cluster.settled(NAMESPACE, DAPR_NAMESPACE, timeout_s=timeout_s)

    async def delete_worker(self, name: str, *, forced: bool) -> float:
        """Delete a worker pod, and return when that was asked for."""
        pod = next(pod for pod in await self.cluster.pods("worker") if pod.name == name)
        return await self.delete(pod, forced=forced)

    async def delete(self, pod: Pod, *, forced: bool) -> float:
        """Delete a pod, and return when that was asked for, in seconds since the epoch."""
        struck_at = time.time()
        await self.cluster.delete(pod, forced=forced)
        return struck_at
