"""Instances that are in flight while something is killed, and the evidence that none was lost and nothing ran again.

The evidence is held against two records: the engine's histories, and the worker's log.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import uuid4

import aiohttp

from durably.contracts.approvals import PendingApproval
from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from durably.contracts.instances import HistoryEvent, InstanceStatus, InstanceView
from durably.engine.client import EngineClient
from tests.harness.ledger import Execution
from tests.harness.stack import Stack
from tests.harness.waiting import until
from worker.adapters.sidecar import Sidecar

ABSENCE_S: Final = 0.3
"""How long what was killed stays away."""
ENDED_S: Final = 60.0
"""How long instances may take to end after a crash; machines that build other things meanwhile are slow."""


@dataclass(frozen=True, slots=True)
class InFlight:
    """What the worker had begun and not ended at the moment of a crash.

    Attributes:
        executions: The executions.
        began: How often each activity of each instance had begun by then.
    """

    executions: tuple[Execution, ...]
    began: Counter[tuple[str, str]]

    def of(self, activity: str) -> set[str]:
        """The instances of which an activity is in flight."""
        return {execution.instance_id for execution in self.executions if execution.activity == activity}

    @property
    def activities(self) -> set[str]:
        """The activities of which at least one execution is in flight."""
        return {execution.activity for execution in self.executions}


class Flight:
    """Instances that were started on a stack, as a context manager.

    Args:
        stack: A stack that runs.

    Attributes:
        stack: The stack.
        instances: The ids of what was started, in that order.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.instances: list[str] = []
        self.run = uuid4().hex[:6]
        self.client = EngineClient(host="127.0.0.1", port=stack.engine.grpc_port)
        self.sidecar = Sidecar(host="127.0.0.1", port=stack.engine.grpc_port)
        self.http = aiohttp.ClientSession(stack.url, timeout=aiohttp.ClientTimeout(total=10))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        await self.http.close()
        await self.sidecar.aclose()
        await self.client.aclose()
        if error is not None:
            error.add_note(self.stack.tails())

    async def start(self, path: str, body: dict[str, Any]) -> str:
        """Start an instance through the API and give its id."""
        async with self.http.post(path, json=body) as answer:
            assert answer.status == 202, await answer.text()
            instance_id: str = (await answer.json())["instance_id"]
        self.instances.append(instance_id)
        return instance_id

    async def asking(self, instance_id: str) -> PendingApproval:
        """The approval that an instance asks for, once it does."""

        async def look() -> str | None:
            return (await self.client.get(instance_id)).custom_status

        status = await until(
            look, what=f"{instance_id} asks for an approval", timeout_s=ENDED_S, retry_on=(UnavailableError,)
        )
        return PendingApproval.model_validate_json(status or "")

    async def vote(self, instance_id: str, by: str, *, approve: bool) -> int:
        """Vote through the API; give the status of the answer."""
        return await self.post(f"/instances/{instance_id}/events/approval", {"approve": approve}, by=by)

    async def vote_twice(self, instance_id: str, by: str, *, approve: bool) -> None:
        """Vote once it is asked for, then say the opposite, which is refused."""
        await self.asking(instance_id)
        first = await self.vote(instance_id, by, approve=approve)
        assert first in {202, 409}, first  # 409 where the answer to the first attempt was lost
        assert await self.vote(instance_id, by, approve=not approve) == 409

    async def post(self, path: str, body: dict[str, Any], *, by: str = "ada") -> int:
        """Ask the API for something, again while it cannot reach the worker; give the status of the answer."""

        async def ask() -> int:
            async with self.http.post(path, json=body, headers={"Durably-User": by}) as answer:
                return answer.status

        return await until(
            ask,
            what=f"the worker answers to POST {path}",
            timeout_s=ENDED_S,
            holds=lambda status: status < 500,
            retry_on=(aiohttp.ClientError, TimeoutError),
        )

    def executions(self) -> list[Execution]:
        """Every execution of an activity of these instances."""
        return [e for e in self.stack.ledger.executions() if e.instance_id in self.instances]

    def in_flight(self) -> InFlight:
        """What the worker has begun and not ended; for one that was killed: what it had when it died."""
        executions = self.executions()
        lost = [e for e in executions if e.pid == self.stack.worker.pid and e.outcome is None]
        return InFlight(tuple(lost), Counter(call(e) for e in executions))

    async def completed(self) -> dict[str, int]:
        """The ids of executions whose completion is in a history, and how often each has begun."""
        histories = await asyncio.gather(*(self._events(instance_id) for instance_id in self.instances))
        recorded = [e.task_execution_id or "" for history in histories for e in history if e.type == "taskCompleted"]
        began = self._began()
        return {execution_id: began[execution_id] for execution_id in recorded}

    def nothing_recorded_ran_again(self, before: Mapping[str, int]) -> None:
        """Assert that no activity began again whose completion was in a history before the crash; see `completed`."""
        began = self._began()
        again = [execution_id for execution_id, times in before.items() if began[execution_id] != times]
        assert not again, f"completed before the crash, and ran again: {again}"

    def what_was_in_flight_ran_again(self, lost: InFlight) -> None:
        """Assert that every activity that was in flight was begun again, and completed."""
        executions = self.executions()
        for execution in lost.executions:
            runs = [e for e in executions if call(e) == call(execution)]
            assert len(runs) > lost.began[call(execution)], f"in flight, and not run again: {execution}"
            assert "completed" in {run.outcome for run in runs}, f"run again, and never completed: {runs}"

    async def ended(self, *, timeout_s: float = ENDED_S) -> dict[str, InstanceView]:
        """Every instance, once all have completed; ask the engine.

        Raises:
            AssertionError: One ended in another way, or not in time.
        """
        views = await asyncio.gather(*(self._end(instance_id, timeout_s) for instance_id in self.instances))
        assert Counter(view.status for view in views) == {InstanceStatus.COMPLETED: len(self.instances)}
        return {view.instance_id: view for view in views}

    def _began(self) -> Counter[str]:
        return Counter(e.task_execution_id for e in self.executions())

    async def _events(self, instance_id: str) -> tuple[HistoryEvent, ...]:
        try:
            return (await self.client.history(instance_id)).events
        except InstanceNotFoundError:
            return ()

    async def _end(self, instance_id: str, timeout_s: float) -> InstanceView:
        async def look() -> InstanceView:
            return await self.client.wait(instance_id, timeout_s=5)

        return await until(
            look,
            what=f"{instance_id} has ended",
            timeout_s=timeout_s,
            holds=lambda view: view.status.has_ended,
            retry_on=(UnavailableError,),
            poll_s=0.1,
        )


def call(execution: Execution) -> tuple[str, str]:
    """Which call of which instance it was; a crash may give the same call another execution id."""
    return execution.instance_id, execution.activity
