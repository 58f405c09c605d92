"""Task pipelines in flight, and the evidence that a crash lost nothing and did nothing twice.

The evidence is held against three records: the engine's histories, the worker's log, and the receiver's file.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, Self
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
from tests.harness.waiting import true, until
from worker.adapters.sidecar import Sidecar

ACTIVITIES: Final = (VALIDATE_TASK, ASSIGN_TASK, SEND_NOTIFICATION)
STEP_S: Final = 1.4
"""How long each activity takes, by `worker.faults`; its effect comes in the middle."""
STAGGER_S: Final = 0.155
"""What passes between two starts. Twenty of them are still in flight, at all three activities, when the first has sent
its notification and waits for the end of its last activity."""
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
        began: How often each of them had begun by then, by execution id.
    """

    executions: tuple[Execution, ...]
    began: dict[str, int]


class Pipelines:
    """Some pipelines on a stack whose activities take `DELAYS_S`, as a context manager.

    Args:
        stack: A stack that runs.
        count: How many.
    """

    def __init__(self, stack: Stack, *, count: int = 20) -> None:
        prefix = uuid4().hex[:6]
        self.tasks = [f"{prefix}-{number}" for number in range(count)]
        self.stack = stack
        self._client = EngineClient(host="127.0.0.1", port=stack.engine.grpc_port)
        self._sidecar = Sidecar(host="127.0.0.1", port=stack.engine.grpc_port)
        self._http = aiohttp.ClientSession(stack.url, timeout=aiohttp.ClientTimeout(total=10))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        await self._http.close()
        await self._sidecar.aclose()
        await self._client.aclose()
        if error is not None:
            error.add_note(self.stack.tails())

    async def start(self) -> None:
        """Start all through the API, one after the other, and return when they are spread over all activities."""
        for task_id in self.tasks:
            body = {"task_id": task_id, "title": "Write report", "assignee": f"ada-{task_id}"}
            async with self._http.post("/tasks/process", json=body) as response:
                assert response.status == 202, await response.text()
            await asyncio.sleep(STAGGER_S)
        await until(true(lambda: self.stack.receiver.deliveries(self.tasks[0])), what="the first notification was sent")

    async def snapshot(self) -> Snapshot:
        """What is recorded now. Take it, then crash something at once."""
        events = await asyncio.gather(*(self._events(task_id) for task_id in self.tasks))
        recorded = [e.task_execution_id or "" for history in events for e in history if e.type == "taskCompleted"]
        assert recorded, "no activity was recorded as completed: a crash now would prove little"
        assignments = {task_id: a for task_id in self.tasks if (a := await self._assignment(task_id))}
        began = self._began()
        return Snapshot({execution_id: began[execution_id] for execution_id in recorded}, assignments)

    def in_flight(self) -> InFlight:
        """What is in flight now; for a worker that was killed: what was when it died.

        Raises:
            AssertionError: Too few pipelines are, or not at all three activities: a crash now would prove little.
        """
        lost = [e for e in self.stack.ledger.in_flight(self.stack.worker.pid) if e.instance_id in self._instances]
        at = Counter(execution.activity for execution in lost)
        assert set(at) == set(ACTIVITIES), f"in flight at {dict(at)}: not at every activity"
        assert sum(at.values()) >= len(self.tasks) - 3, f"in flight at {dict(at)}: too few"
        began = self._began()
        return InFlight(tuple(lost), {e.task_execution_id: began[e.task_execution_id] for e in lost})

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
        for execution in lost.executions:
            runs = [e for e in self.stack.ledger.executions() if e.task_execution_id == execution.task_execution_id]
            assert len(runs) > lost.began[execution.task_execution_id], f"in flight, and not run again: {execution}"
            assert runs[-1].outcome == "completed", f"run again, and not completed: {runs[-1]}"

    def nothing_ran_twice(self) -> None:
        """Assert that every activity of every pipeline was executed exactly once."""
        counts = Counter(
            (e.instance_id, e.activity) for e in self.stack.ledger.executions() if e.instance_id in self._instances
        )
        assert counts == {(i, activity): 1 for i in self._instances for activity in ACTIVITIES}

    async def no_effect_happened_twice(self, before: Snapshot) -> None:
        """Assert that each task was assigned once and announced once, as its history says.

        The receiver saw one idempotency key per task, that of the recorded execution; the assignment is the one that
        the recorded execution wrote, and the same as before the crash.
        """
        for task_id in self.tasks:
            ids = await self._execution_ids(task_id)
            assert self.stack.ledger.effects(task_id) == {ids[SEND_NOTIFICATION]}, f"task {task_id} was announced twice"
            assignment = await self._assignment(task_id)
            assert assignment is not None
            assert assignment.task_execution_id == ids[ASSIGN_TASK]
            assert before.assignments.get(task_id, assignment) == assignment, f"task {task_id} was assigned twice"

    def effects_without_record(self, lost: InFlight) -> list[str]:
        """The tasks whose notification has arrived while its activity is in flight. Ask at the crash."""
        sending = {e.instance_id for e in lost.executions if e.activity == SEND_NOTIFICATION}
        return [t for t in self.tasks if task_instance_id(t) in sending and self.stack.receiver.deliveries(t)]

    @property
    def _instances(self) -> set[str]:
        return {task_instance_id(task_id) for task_id in self.tasks}

    def _began(self) -> Counter[str]:
        executions = self.stack.ledger.executions()
        return Counter(e.task_execution_id for e in executions if e.instance_id in self._instances)

    async def _events(self, task_id: str) -> tuple[HistoryEvent, ...]:
        try:
            return (await self._client.history(task_instance_id(task_id))).events
        except InstanceNotFoundError:
            return ()

    async def _execution_ids(self, task_id: str) -> dict[str, str]:
        scheduled = [event for event in await self._events(task_id) if event.type == "taskScheduled"]
        return {event.name or "": event.task_execution_id or "" for event in scheduled}

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
