"""What the tests believe besides the workers' logs: the API, and the ledger of effects in the sandbox."""

from collections import defaultdict
from typing import Final

from durably.contracts.ids import task_instance_id
from durably.contracts.instances import History, InstanceStatus, InstanceView
from tests.e2e.cluster import Cluster
from tests.e2e.tunnel import Tunnel

_API_PORT: Final = 8080
_SANDBOX_PORT: Final = 8090


class Api:
    """Durably's HTTP API; every question is asked again until it is answered.

    Args:
        cluster: Where it runs.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._tunnel = Tunnel(cluster, "api", _API_PORT)

    async def start(self, task_id: str) -> str:
        """Process a task, and return its instance's id; asking twice is starting once."""
        task = {"task_id": task_id, "title": "Survive", "assignee": f"ada-{task_id}"}
        status, answer = await self._tunnel.ask("POST", "/tasks/process", task)
        assert status == 202, f"{status} {answer}"
        return task_instance_id(task_id)

    async def instance(self, instance_id: str, *, wait_s: int = 0, within_s: float = 60) -> InstanceView:
        """An instance, at once or when it has ended or `wait_s` seconds are over."""
        query = f"?wait={wait_s}s" if wait_s else ""
        status, answer = await self._tunnel.ask("GET", f"/instances/{instance_id}{query}", within_s=within_s)
        assert status == 200, f"{status} {answer}"
        return InstanceView.model_validate(answer)

    async def history(self, instance_id: str) -> History:
        """The history of an instance."""
        status, answer = await self._tunnel.ask("GET", f"/instances/{instance_id}/history")
        assert status == 200, f"{status} {answer}"
        return History.model_validate(answer)

    async def task_status(self, instance_id: str) -> InstanceStatus:
        """What a customer is told of a task."""
        status, answer = await self._tunnel.ask("GET", f"/tasks/{instance_id}/status")
        assert status == 200, f"{status} {answer}"
        return InstanceStatus(answer["status"])

    async def aclose(self) -> None:
        """Hang up."""
        await self._tunnel.aclose()


class Sandbox:
    """The receiver of notifications: the record of effects that no engine writes.

    Args:
        cluster: Where it runs.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._tunnel = Tunnel(cluster, "sandbox", _SANDBOX_PORT)

    async def effects(self) -> dict[str, set[str]]:
        """The idempotency keys that were accepted, by task; more than one is an effect that happened twice."""
        status, answer = await self._tunnel.ask("GET", "/notifications")
        assert status == 200, f"{status} {answer}"
        found: defaultdict[str, set[str]] = defaultdict(set)
        for delivery in answer["deliveries"]:
            found[delivery["task_id"]].add(delivery["key"])
        return found

    async def aclose(self) -> None:
        """Hang up."""
        await self._tunnel.aclose()
