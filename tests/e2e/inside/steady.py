"""Runs in a pod: steady requests through the API's Service, until SIGTERM; then one JSON line says what came of them.

Every second request starts a task, the others ask where an earlier one stands. Nothing is tried again: whatever a
customer would have seen counts.
"""

import asyncio
import json
import os
import signal
import sys
import time
from typing import Any

import aiohttp

URL, RATE, PREFIX = os.environ["API_URL"], float(os.environ["RATE"]), os.environ["PREFIX"]
TIMEOUT = aiohttp.ClientTimeout(total=10)


class Steady:
    """The load."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.tasks: list[str] = []
        self.failures: list[str] = []
        self.seconds: list[float] = []

    async def request(self, number: int) -> None:
        """One request; its failure is noted, with the time at which it was sent."""
        begun, sent_at = time.monotonic(), time.time()
        reads = number % 2 and self.tasks
        try:
            asking = self.read(self.tasks[number % len(self.tasks)]) if reads else self.start(f"{PREFIX}-{number}")
            seen = await asking
        except (aiohttp.ClientError, TimeoutError) as error:
            seen = repr(error)
        self.seconds.append(time.monotonic() - begun)
        if seen:
            self.failures.append(f"{sent_at:.3f} {'GET' if reads else 'POST'} after {self.seconds[-1]:.2f} s: {seen}")

    async def start(self, task_id: str) -> str:
        """Start a task; returns what was wrong."""
        task = {"task_id": task_id, "title": "Survive", "assignee": f"ada-{task_id}"}
        async with self.session.post(f"{URL}/tasks/process", json=task) as response:
            text = await response.text()
        if response.status != 202:
            return f"{response.status} {text[:300]}"
        self.tasks.append(task_id)
        return ""

    async def read(self, task_id: str) -> str:
        """Ask for a task; returns what was wrong."""
        async with self.session.get(f"{URL}/tasks/task-{task_id}/status") as response:
            text = await response.text()
        return "" if response.status == 200 else f"{response.status} {text[:300]}"


async def main() -> None:
    """Send at an even rate, whatever becomes of what was sent before."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        steady, running, begun, number = Steady(session), set[asyncio.Task[None]](), time.monotonic(), 0
        sys.stdout.write(json.dumps({"begun": True}) + "\n")
        while not stop.is_set():
            task = asyncio.create_task(steady.request(number))
            running.add(task)
            task.add_done_callback(running.discard)
            number += 1
            await asyncio.sleep(max(0.0, begun + number / RATE - time.monotonic()))
        took = time.monotonic() - begun
        await asyncio.gather(*running)
    told: dict[str, Any] = {"sent": number, "per_s": number / took, "failures": steady.failures, "tasks": steady.tasks}
    sys.stdout.write(json.dumps(told | {"slowest_s": max(steady.seconds)}) + "\n")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
