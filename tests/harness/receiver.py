"""The effects ledger outside the engine: a webhook receiver in a process of its own, which writes down what arrives.

A delivery is one request that was accepted; an effect is one idempotency key, however often it was delivered.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web

from durably.contracts.names import IDEMPOTENCY_HEADER
from tests.harness.ports import free_port
from tests.harness.processes import Process, listens

_HANG_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One accepted request."""

    key: str
    task_id: str
    body: dict[str, Any]
    at: float = field(default_factory=time.time)


@dataclass(slots=True)
class Switches:
    """What the receiver does wrong.

    Args:
        fail: So many of the next requests are answered 500 and not accepted.
        hang: So many of the next requests are accepted and never answered.
        delay_s: Each request waits so long before it is accepted.
    """

    fail: int = 0
    hang: int = 0
    delay_s: float = 0


class Receiver:
    """The receiver's process, as tests see it.

    Args:
        folder: Where its ledger and log go.
    """

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self.ledger = folder / "deliveries.jsonl"
        self.refused = folder / "refused.jsonl"
        command = [sys.executable, "-m", "tests.harness.receiver", str(self._port), str(self.ledger), str(self.refused)]
        self.process = Process("receiver", command, log=folder / "receiver.log", ready=listens(self._port))
        self.url = f"http://127.0.0.1:{self._port}/hook"

    async def switch(self, *, fail: int = 0, hang: int = 0, delay_s: float = 0) -> None:
        """Set what it does wrong from now on; see `Switches`."""
        url = f"http://127.0.0.1:{self._port}/switches"
        async with aiohttp.ClientSession() as session:
            await session.put(url, json=asdict(Switches(fail, hang, delay_s)), raise_for_status=True)

    def deliveries(self, task_id: str | None = None) -> tuple[Delivery, ...]:
        """Everything that was accepted, in order; of one task if its id is given."""
        return tuple(d for d in _read(self.ledger) if task_id in {None, d.task_id})

    def refusals(self, task_id: str | None = None) -> tuple[Delivery, ...]:
        """Everything that was answered 500."""
        return tuple(d for d in _read(self.refused) if task_id in {None, d.task_id})

    def effects(self, task_id: str) -> frozenset[str]:
        """The distinct idempotency keys that arrived for a task; more than one is an effect that happened twice."""
        return frozenset(delivery.key for delivery in self.deliveries(task_id))


def _read(path: Path) -> Iterable[Delivery]:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Delivery(**json.loads(line))


class _Server:
    def __init__(self, ledger: Path, refused: Path) -> None:
        self._ledger = ledger
        self._refused = refused
        self._switches = Switches()

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/hook", self._hook)
        application.router.add_put("/switches", self._switch)
        return application

    async def _switch(self, request: web.Request) -> web.Response:
        self._switches = Switches(**await request.json())
        return web.Response()

    async def _hook(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        delivery = Delivery(request.headers.get(IDEMPOTENCY_HEADER, ""), str(body.get("task_id")), body)
        await asyncio.sleep(self._switches.delay_s)
        if self._switches.fail > 0:
            self._switches.fail -= 1
            _write(self._refused, delivery)
            return web.Response(status=500, text="switched to fail")
        _write(self._ledger, delivery)
        if self._switches.hang > 0:
            self._switches.hang -= 1
            await asyncio.sleep(_HANG_S)
        return web.Response()


def _write(path: Path, delivery: Delivery) -> None:
    with path.open("a", encoding="utf-8") as ledger:
        ledger.write(json.dumps(asdict(delivery)) + "\n")
        ledger.flush()
        os.fsync(ledger.fileno())


def main() -> None:
    """Serve until killed: `python -m tests.harness.receiver PORT LEDGER REFUSED`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("refused", type=Path)
    options = parser.parse_args()
    application = _Server(options.ledger, options.refused).application()
    web.run_app(application, host="127.0.0.1", port=options.port, print=None, access_log=None)


if __name__ == "__main__":
    main()
