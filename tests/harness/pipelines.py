"""Task pipelines in flight, and the evidence that a crash lost nothing and did nothing twice.

The evidence is held against three records: the engine's histories, the worker's log, and the receiver's file.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final

from dapr.proto import api_v1

from durably.contracts.ids import task_instance_id
from durably.contracts.names import ASSIGN_TASK, SEND_NOTIFICATION, VALIDATE_TASK
from durably.contracts.tasks import Assignment
from tests.harness.flight import ABSENCE_S, Flight, InFlight, call
from tests.harness.stack import Stack

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


class Pipelines(Flight):
    """Pipelines on a stack whose activities take `DELAYS_S`, as a context manager.

    Args:
        stack: A stack that runs.
        in_flight: How many have to be in flight at the moment of the crash.
    """

    def __init__(self, stack: Stack, *, in_flight: int = 20) -> None:
        super().__init__(stack)
        self.tasks: list[str] = []
        self._wanted = in_flight

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

    async def crash(self, *names: str) -> tuple[Snapshot, InFlight]:
        """With pipelines in flight, kill -9 of the named processes, a moment of absence, and all of them again.

        Returns:
            What was recorded before, and what was in flight.
        """
        before = await self.brink()
        for process in self.stack.processes:
            if process.name in names:
                process.kill()
        lost = self.in_flight()  # where the worker or its engine died, nothing of it can be recorded any more
        await asyncio.sleep(ABSENCE_S)
        await self.stack.recover()
        return before, lost

    async def all_is_well(self, before: Snapshot) -> None:
        """All end; what was recorded did not run again, and no effect happened twice."""
        await self.ended()
        self.nothing_recorded_ran_again(before.completed)
        await self.no_effect_happened_twice(before)
        await self.told_by_the_api()

    async def _start_one(self) -> None:
        task_id = f"{self.run}-{len(self.tasks)}"
        await self.start("/tasks/process", {"task_id": task_id, "title": "Write report", "assignee": f"ada-{task_id}"})
        self.tasks.append(task_id)

    def _is_hard(self) -> bool:
        """Whether a crash now would prove something: enough in flight, everywhere, one effect done and not recorded."""
        lost = self.in_flight()
        everywhere = lost.activities == set(ACTIVITIES)
        return everywhere and len(lost.executions) >= self._wanted and bool(self.effects_without_record(lost))

    async def _snapshot(self) -> Snapshot:
        completed = await self.completed()
        assignments = await asyncio.gather(*(self._assignment(task_id) for task_id in self.tasks))
        return Snapshot(
            completed=completed,
            assignments={task_id: a for task_id, a in zip(self.tasks, assignments, strict=True) if a},
        )

    async def told_by_the_api(self) -> None:
        """Assert that the API says of every pipeline that it completed, and with what message."""
        for task_id in self.tasks:
            async with self.http.get(f"/tasks/{task_instance_id(task_id)}/status") as response:
                answer = await response.json()
            assert answer["status"] == "completed"
            assert answer["output"]["message"] == f"Task {task_id} assigned to ada-{task_id}"

    def nothing_ran_twice(self) -> None:
        """Assert that every activity of every pipeline was executed exactly once."""
        counts = Counter(call(e) for e in self.executions())
        assert counts == {(i, activity): 1 for i in self.instances for activity in ACTIVITIES}

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
        sending = lost.of(SEND_NOTIFICATION)
        return [t for t in self.tasks if task_instance_id(t) in sending and self.stack.receiver.deliveries(t)]

    async def _assignment(self, task_id: str) -> Assignment | None:
        request = api_v1.GetStateRequest(store_name="statestore", key=f"assignment:{task_id}")
        data = (await self.sidecar.call("GetState", request)).data
        return Assignment.model_validate_json(data) if data else None
