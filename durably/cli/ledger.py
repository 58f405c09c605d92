"""Who ran what: read from what the workers log while it happens."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Literal

from durably.cli.watching import Onlooker
from durably.cli.wiring import WORKER

Outcome = Literal["running", "completed", "failed", "killed"]


@dataclass(slots=True)
class Run:
    """One execution of an activity.

    Attributes:
        activity: Its registered name.
        pid: The worker that ran it.
        task_execution_id: The same for all executions of one activity call.
        outcome: How it ended; `killed` when its worker died in the middle of it.
    """

    activity: str
    pid: int
    task_execution_id: str
    outcome: Outcome = "running"


class Ledger(Onlooker):
    """A watcher that keeps the activity runs of one workflow instance.

    Args:
        instance_id: The instance.
    """

    def __init__(self, instance_id: str) -> None:
        self._instance_id = instance_id
        self._waiting: list[tuple[str, asyncio.Future[Run]]] = []
        self.runs: list[Run] = []

    def line(self, name: str, pid: int, text: str) -> None:
        """A process wrote a line; those of a worker about our instance's activities count."""
        if name != WORKER or (entry := _parsed(text)).get("instance_id") != self._instance_id:
            return
        if entry["event"] == "activity_started":
            self._begin(Run(entry["activity"], pid, entry["task_execution_id"]))
        if entry["event"] == "activity_ended":
            self._end(pid, entry["outcome"], entry["task_execution_id"])

    def ended(self, name: str, pid: int, code: int) -> None:  # noqa: ARG002 - the watcher's signature
        """A process ended; what a worker had not finished was killed with it."""
        if name == WORKER:
            self._end(pid, "killed")

    async def begun(self, activity: str) -> Run:
        """The next run of an activity that begins."""
        begins: asyncio.Future[Run] = asyncio.get_running_loop().create_future()
        self._waiting.append((activity, begins))
        return await begins

    def _begin(self, run: Run) -> None:
        self.runs.append(run)
        for activity, begins in self._waiting:
            if activity == run.activity and not begins.done():
                begins.set_result(run)

    def _end(self, pid: int, outcome: Outcome, task_execution_id: str | None = None) -> None:
        for run in self.runs:
            if run.pid == pid and run.outcome == "running" and task_execution_id in {None, run.task_execution_id}:
                run.outcome = outcome


def _parsed(text: str) -> dict[str, Any]:
    try:
        entry = json.loads(text)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
