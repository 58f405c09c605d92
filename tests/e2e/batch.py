"""Workflows in flight, what they prove after a strike, and how that is counted."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from durably.contracts.ids import task_instance_id
from durably.contracts.instances import InstanceStatus
from durably.contracts.names import ASSIGN_TASK, SEND_NOTIFICATION, VALIDATE_TASK
from tests.e2e.evidence import Execution, executions, pause
from tests.e2e.logs import Journal
from tests.e2e.outside import Api, Sandbox
from tests.harness.waiting import true, until

PIPELINE: Final = (VALIDATE_TASK, ASSIGN_TASK, SEND_NOTIFICATION)
_AT_ONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a batch; the first three name tasks and why, and are empty where all is well.

    Attributes:
        lost: Did not complete, or nobody was told.
        doubled: Somebody was told twice.
        rewritten: The history has not each activity completed exactly once.
        pauses_s: For each workflow that was in flight at the strike, the longest time that it stood still after it.
    """

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    rewritten: tuple[str, ...]
    pauses_s: tuple[float, ...]

    @property
    def flawless(self) -> bool:
        """Whether nothing was lost and nothing happened twice."""
        return not (self.lost or self.doubled or self.rewritten)


class Batch:
    """Task pipelines that one test starts.

    Args:
        api: Where they are started and asked for.
        sandbox: Where their effects land.
        journal: What the workers told.
    """

    def __init__(self, api: Api, sandbox: Sandbox, journal: Journal) -> None:
        self.api = api
        self._sandbox = sandbox
        self._journal = journal
        self.prefix = f"e2e-{uuid4().hex[:6]}"
        self.tasks: list[str] = []

    async def start(self, count: int, *, every_s: float = 0) -> None:
        """Start pipelines, all at once or one every so many seconds."""
        new = [f"{self.prefix}-{len(self.tasks) + number}" for number in range(count)]
        self.tasks += new
        if not every_s:
            await gathered(self.api.start, new)
            return
        for task_id in new:
            next_one = asyncio.get_running_loop().time() + every_s
            await self.api.start(task_id)
            await asyncio.sleep(max(0, next_one - asyncio.get_running_loop().time()))

    @property
    def instances(self) -> list[str]:
        """The ids of the instances."""
        return [task_instance_id(task_id) for task_id in self.tasks]

    def runs(self, instance_id: str, activity: str | None = None) -> tuple[Execution, ...]:
        """Every time that an activity of an instance ran, or all of its activities."""
        found = executions(self._journal.of(instance_id))
        return tuple(run for run in found if activity in {None, run.activity})

    async def running(self, instance_id: str, activity: str, *, timeout_s: float = 30) -> Execution:
        """The execution of an activity that runs now, once there is one."""

        async def look() -> Execution | None:
            return next((run for run in reversed(self.runs(instance_id, activity)) if run.ended is None), None)

        found = await until(look, what=f"{activity} of {instance_id} runs", timeout_s=timeout_s)
        assert found is not None
        return found

    async def all_begun(self, *, timeout_s: float = 60) -> None:
        """Return once every pipeline has begun an activity."""
        begun = true(lambda: all(self._journal.of(instance_id) for instance_id in self.instances))
        await until(begun, what="every workflow has begun", timeout_s=timeout_s, poll_s=0.05)

    async def all_ended(self, *, timeout_s: float = 60) -> None:
        """Return once every pipeline has ended, by the log.

        A customer who waits for an instance holds its actor, and a sidecar that has to give actors up first waits 2 s
        for those who hold them: asking the API would make slow what is measured.
        """
        ended = true(lambda: not self.in_flight())
        await until(ended, what="every workflow has ended", timeout_s=timeout_s, poll_s=0.1)

    def in_flight(self) -> int:
        """How many have begun and not ended, by the log."""
        told = [self._journal.of(instance_id) for instance_id in self.instances]
        return sum(1 for lines in told if lines and all(line.event != "workflow_ended" for line in lines))

    async def outcome(self, struck_at: float, *, within_s: float = 90) -> Outcome:
        """Wait for all to end, and look at histories, effects and logs.

        Args:
            struck_at: When the strike was asked for, in seconds since the epoch.
            within_s: Until when a workflow that has not ended counts as lost.
        """
        deadline = time.monotonic() + within_s
        endings = await gathered(lambda task_id: self._ending(task_id, deadline), self.tasks)
        lost = [f"{task_id}: {ending}" for task_id, ending in zip(self.tasks, endings, strict=True) if ending]
        effects = await self._sandbox.effects()
        lost += [f"{task_id}: nobody was told" for task_id in self.tasks if not effects.get(task_id)]
        doubled = [f"{task_id}: {keys}" for task_id in self.tasks if len(keys := effects.get(task_id, set())) > 1]
        rewritten = await gathered(self._flaw, self.instances)
        pauses = [pause(self._journal.of(instance_id), struck_at) for instance_id in self.instances]
        return Outcome(
            lost=tuple(lost),
            doubled=tuple(doubled),
            rewritten=tuple(flaw for flaw in rewritten if flaw),
            pauses_s=tuple(seconds for seconds in pauses if seconds is not None),
        )

    async def _ending(self, task_id: str, deadline: float) -> str | None:
        """How a pipeline failed to complete; None where it completed and the API says so."""
        instance_id = task_instance_id(task_id)
        while True:
            left = max(1.0, deadline - time.monotonic())
            view = await self.api.instance(instance_id, wait_s=min(10, int(left)), within_s=left + 10)
            if view.status.has_ended or time.monotonic() > deadline:
                break
        if view.status is InstanceStatus.COMPLETED and view.output["status"] == "completed":
            return None
        return f"{view.status}, {view.failure}"

    async def _flaw(self, instance_id: str) -> str | None:
        """How a history differs from three activities that are recorded as completed, once each and in their order."""
        events = (await self.api.history(instance_id)).events
        names = {event.event_id: event.name for event in events if event.type == "taskScheduled"}
        completed = [names[e.scheduled_id] for e in events if e.type == "taskCompleted" and e.scheduled_id in names]
        return None if tuple(completed) == PIPELINE else f"{instance_id}: {dict(Counter(completed))}, {completed}"


async def gathered(ask: Callable[[str], Awaitable[Any]], about: Iterable[str]) -> list[Any]:
    """Ask about each, a few at once, and return the answers in order."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(subject: str) -> Any:
        async with turns:
            return await ask(subject)

    return await asyncio.gather(*(one(subject) for subject in about))
