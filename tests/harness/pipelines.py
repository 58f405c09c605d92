"""Task pipelines in flight, and the evidence that a crash lost nothing and did nothing twice.

The evidence is held against three records: the engine's histories, the worker's log, and the receiver's file.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final, Self
from uuid import uuid4

import aiohttp
from dapr.proto import api_v1

from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from durably.contracts.ids import task_instance_id
from durably.contracts.instances import HistoryEvent, InstanceStatus, InstanceView
from durably.contracts.names import ASSIGN_TASK, SEND_NOTIFICATION, VALIDATE_TASK
from durably.contracts.tasks import Assignment
from durably.engine.client import EngineClient
from tests.harness.ledger import Execution
from tests.harness.stack import Stack
from tests.harness.waiting import until
from worker.adapters.sidecar import Sidecar

ACTIVITIES: Final = (VALIDATE_TASK, ASSIGN_TASK, SEND_NOTIFICATION)
STEP_S: Final = 1.2
"""How long each activity takes, by `worker.faults`; its effect comes in the middle."""
STAGGER_S: Final = 0.11
"""What passes between two starts."""
DELAYS_S: Final = dict.fromkeys(ACTIVITIES, STEP_S)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was recorded just before a crash.

    Attributes:
        completed: The execution ids of the activities whose completion was in a history, and how often each had begun.
        assignments: The assignments that were stored, by task id.
    """

    completed: dict[str, int]
    assignments: dict[str, Assignment]


@dataclass(frozen=True, slots=True)
class InFlight:
    """What the worker had begun and not ended at the moment of a crash.

    Attributes:
        executions: The executions.
        began: How often each activity of each instance had begun by then.
    """

    executions: tuple[Execution, ...]
    began: Counter[tuple[str, str]]


class Pipelines:
    """Pipelines on a stack whose activities take `DELAYS_S`, as a context manager.

    Args:
        stack: A stack that runs.
        in_flight: How many have to be in flight at the moment of the crash.
    """

    def __init__(self, stack: Stack, *, in_flight: int = 20) -> None:
        self.tasks: list[str] = []
        self.stack = stack
        self._wanted = in_flight
        self._prefix = uuid4().hex[:6]
        self._client = EngineClient(host="127.0.0.1", port=stack.engine.grpc_port)
        self._sidecar = Sidecar(host="127.0.0.1", port=stack.engine.grpc_port)
        self._http = aiohttp.ClientSession(stack.url, timeout=aiohttp.ClientTimeout(total=10))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        await self._http.close()
        await self._sidecar.aclose()
        await self._client.aclose()
        if error is not None:
            error.add_note(self.stack.tails())

    async def brink(self, *, timeout_s: float = 30) -> Snapshot:
        """Start pipelines through the API, one after the other, until enough are in flight at all three activities.

        Crash something as soon as it returns, with no `await` in between: on a slow machine it matters.

        Returns:
            What was recorded just before.
        """
        ends = time.monotonic() + timeout_s
        while time.monotonic() < ends:
            await self._start_one()
            await asyncio.sleep(STAGGER_S)
            if self._is_hard():
                before = await self._snapshot()
                if self._is_hard():
                    return before
        raise AssertionError(f"after {timeout_s:g} s and {len(self.tasks)} starts: {self.in_flight()}")

    async def _start_one(self) -> None:
        task_id = f"{self._prefix}-{len(self.tasks)}"
        body = {"task_id": task_id, "title": "Write report", "assignee": f"ada-{task_id}"}
        async with self._http.post("/tasks/process", json=body) as response:
            assert response.status == 202, await response.text()
        self.tasks.append(task_id)

    def _is_hard(self) -> bool:
        """Whether a crash now would prove something: enough in flight, everywhere, one effect done and not recorded."""
        lost = self.in_flight()
        everywhere = {execution.activity for execution in lost.executions} == set(ACTIVITIES)
        return everywhere and len(lost.executions) >= self._wanted and bool(self.effects_without_record(lost))

    async def _snapshot(self) -> Snapshot:
        events = await asyncio.gather(*(self._events(task_id) for task_id in self.tasks))
        recorded = [e.task_execution_id or "" for history in events for e in history if e.type == "taskCompleted"]
        assignments = await asyncio.gather(*(self._assignment(task_id) for task_id in self.tasks))
        began = self._began()
        return Snapshot(
            completed={execution_id: began[execution_id] for execution_id in recorded},
            assignments={task_id: a for task_id, a in zip(self.tasks, assignments, strict=True) if a},
        )

    def in_flight(self) -> InFlight:
        """What the worker has begun and not ended; for one that was killed: what it had when it died."""
        executions = self._executions()
        lost = [e for e in executions if e.pid == self.stack.worker.pid and e.outcome is None]
        return InFlight(tuple(lost), Counter(_call(e) for e in executions))

    async def finished(self, *, timeout_s: float = 60) -> None:
        """Return once every pipeline has completed; ask the engine.

        Raises:
            AssertionError: One ended in another way, or not in time.
        """
        views = await asyncio.gather(*(self._ended(task_id, timeout_s) for task_id in self.tasks))
        assert Counter(view.status for view in views) == {InstanceStatus.COMPLETED: len(self.tasks)}

    async def told_by_the_api(self) -> None:
        """Assert that the API says of every pipeline that it completed, and with what message."""
        for task_id in self.tasks:
            async with self._http.get(f"/tasks/{task_instance_id(task_id)}/status") as response:
                answer = await response.json()
            assert answer["status"] == "completed"
            assert answer["output"]["message"] == f"Task {task_id} assigned to ada-{task_id}"

    def nothing_recorded_ran_again(self, before: Snapshot) -> None:
        """Assert that no activity began again whose completion was in a history before the crash."""
        began = self._began()
        again = [execution_id for execution_id, times in before.completed.items() if began[execution_id] != times]
        assert not again, f"completed before the crash, and ran again: {again}"

    def what_was_in_flight_ran_again(self, lost: InFlight) -> None:
        """Assert that every activity that was in flight was begun again, and completed."""
        executions = self._executions()
        for execution in lost.executions:
            runs = [e for e in executions if _call(e) == _call(execution)]
            assert len(runs) > lost.began[_call(execution)], f"in flight, and not run again: {execution}"
            assert "completed" in {run.outcome for run in runs}, f"run again, and never completed: {runs}"

    def nothing_ran_twice(self) -> None:
        """Assert that every activity of every pipeline was executed exactly once."""
        counts = Counter(_call(e) for e in self._executions())
        assert counts == {(i, activity): 1 for i in self._instances for activity in ACTIVITIES}

    async def no_effect_happened_twice(self, before: Snapshot) -> None:
        """Assert that each task was assigned once and announced once.

        The receiver saw one idempotency key per task, and the assignment is the one that stood before the crash.
        """
        for task_id in self.tasks:
            keys = self.stack.ledger.effects(task_id)
            assert len(keys) == 1, f"task {task_id} was announced {len(keys)} times: {keys}"
            assignment = await self._assignment(task_id)
            assert assignment is not None, f"task {task_id} was never assigned"
            assert assignment.assignee == f"ada-{task_id}"
            assert before.assignments.get(task_id, assignment) == assignment, f"task {task_id} was assigned twice"

    def effects_without_record(self, lost: InFlight) -> list[str]:
        """The tasks whose notification has arrived while its activity is in flight. Ask at the crash."""
        sending = {e.instance_id for e in lost.executions if e.activity == SEND_NOTIFICATION}
        return [t for t in self.tasks if task_instance_id(t) in sending and self.stack.receiver.deliveries(t)]

    @property
    def _instances(self) -> set[str]:
        return {task_instance_id(task_id) for task_id in self.tasks}

    def _executions(self) -> list[Execution]:
        return [e for e in self.stack.ledger.executions() if e.instance_id in self._instances]

    def _began(self) -> Counter[str]:
        return Counter(e.task_execution_id for e in self._executions())

    async def _events(self, task_id: str) -> tuple[HistoryEvent, ...]:
        try:
            return (await self._client.history(task_instance_id(task_id))).events
        except InstanceNotFoundError:
            return ()

    async def _assignment(self, task_id: str) -> Assignment | None:
        request = api_v1.GetStateRequest(store_name="statestore", key=f"assignment:{task_id}")
        data = (await self._sidecar.call("GetState", request)).data
        return Assignment.model_validate_json(data) if data else None

    async def _ended(self, task_id: str, timeout_s: float) -> InstanceView:
        async def look() -> InstanceView:
            return await self._client.wait(task_instance_id(task_id), timeout_s=5)

        return await until(
            look,
            what=f"the pipeline of task {task_id} has ended",
            timeout_s=timeout_s,
            holds=lambda view: view.status.has_ended,
            retry_on=(UnavailableError,),
            poll_s=0.1,
        )


def _call(execution: Execution) -> tuple[str, str]:
    """The pipeline calls each activity once, so this names the call, under whatever execution id it runs."""
    return execution.instance_id, execution.activity
