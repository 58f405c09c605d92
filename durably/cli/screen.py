"""What `durably dev` says: where everything is, what to try, and what happens to its processes."""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from durably.cli.logs import LogStream
from durably.cli.process import cause_of_end
from durably.cli.wiring import WORKER, StackConfig

_TASK = '{"task_id":"1","title":"Write report","assignee":"ada"}'
_SLOW = """DURABLY_WORKER_ACTIVITY_DELAY_S='{"assign_task":10}'"""
_CLOSING = """It comes back by itself, and the task goes on where it was. Ctrl-C stops everything; the next start
resumes what was running. The embedded engine is for development and tests on one machine: production is Dapr."""


class Screen:
    """A watcher that writes the processes' lines on standard error, with notices among them."""

    def __init__(self) -> None:
        self._stream = LogStream(sys.stderr)
        self._seen: set[str] = set()

    def started(self, name: str, pid: int) -> None:
        """A process runs; the first start of each is part of the announcement."""
        if name in self._seen:
            self.say(f"{name} runs again as PID {pid}" + (f"; kill me: kill -9 {pid}" if name == WORKER else ""))
        self._seen.add(name)

    def line(self, name: str, pid: int, text: str) -> None:  # noqa: ARG002 - the watcher's signature
        """A process wrote a line."""
        self._stream.write(name, text)

    def ended(self, name: str, pid: int, code: int) -> None:
        """A process ended."""
        self.say(f"{name} (PID {pid}) {cause_of_end(code)}")

    def restarting(self, name: str, pause_s: float) -> None:
        """A process is started again after a pause."""
        self.say(f"starting {name} again in {pause_s:g} s")

    def say(self, text: str) -> None:
        """A notice of the supervisor."""
        self._stream.write("durably", text)


def addresses(config: StackConfig) -> dict[str, str]:
    """What can be opened, by what it is."""
    return {
        "api": config.api_url,
        "docs": f"{config.api_url}/docs",
        "metrics": f"{config.api_url}/metrics",
        "worker_metrics": f"{config.probes_url}/metrics",
        "receiver": config.receiver_url,
    }


def announce_json(config: StackConfig, pids: Mapping[str, int], ready_s: float) -> None:
    """One line for scripts."""
    document: dict[str, Any] = {
        **addresses(config),
        "engine": f"127.0.0.1:{config.ports.engine}",
        "control": f"http://127.0.0.1:{config.ports.control}",
        "data": str(config.data.resolve()),
        "pids": {"durably": os.getpid(), **pids},
        "ready_s": round(ready_s, 3),
    }
    print(json.dumps(document), flush=True)  # noqa: T201 - the output that was asked for


def announce(config: StackConfig, pids: Mapping[str, int], ready_s: float) -> None:
    """The same for people. Nothing is wrapped or framed, so that every line can be copied."""
    where, kill = addresses(config), f"kill -9 {pids[WORKER]}"
    text = Text()
    text.append(f"\nDurably is ready after {ready_s:.1f} s.\n\n", style="bold green")
    for label, value in (
        ("API", where["api"]),
        ("docs", where["docs"]),
        ("metrics", f"{where['metrics']}  and of the worker  {where['worker_metrics']}"),
        ("receiver", f"{where['receiver']}  shows the notifications that were sent"),
        ("state, logs", f"{config.data}, {config.data / 'logs'}"),
    ):
        text.append(f"  {label:<12}", style="bold").append(f"{value}\n")
    for label, command in (
        ("Process a task:", f"curl -s {where['api']}/tasks/process -H 'content-type: application/json' -d '{_TASK}'"),
        ("See how it ends:", f"curl -s '{where['api']}/instances/task-1?wait=30s'"),
        (f"Kill the worker in the middle of one; {_SLOW} at the start gives you time:", f"kill me: {kill}"),
    ):
        text.append(f"\n{label}\n", style="bold").append(f"  {command}\n")
    text.append(f"\n{_CLOSING}\n")
    Console(highlight=False).print(text, soft_wrap=True)
