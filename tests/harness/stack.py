"""The whole system as processes: an engine, the worker, the API, and a receiver of notifications.

Each can be killed and started again by itself, on the same ports and the same state. Nothing restarts by itself: when
and what comes back is up to the test.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from tests.harness.dapr import SEND_SPANS_SOON, WORKER_APP_ID, DaprEngine
from tests.harness.embedded import EmbeddedEngine
from tests.harness.ledger import Ledger
from tests.harness.ports import free_port
from tests.harness.processes import Process, answers
from tests.harness.receiver import Receiver
from tests.harness.waiting import until

EngineKind = Literal["embedded", "dapr", "dapr-on-postgresql"]
Engine = EmbeddedEngine | DaprEngine

WORKER_MODULE: Final = "worker"


class Stack:
    """An engine, a worker, an API and a receiver.

    Args:
        folder: Where state and logs go.
        engine: Which engine.
        delays_s: How long the worker's activities take, by name; see `worker.faults`.
        worker_module: What is run as the worker; a test may bring a worker of its own.
        env: Further environment variables of worker and API.
        otlp_port: Where a collector listens that everything sends its spans to; None for no tracing.
        token: What an API that wants tokens is asked with, to learn when it is ready.

    Attributes:
        engine: The engine; its `parts` are the processes.
        worker: The worker.
        api: The API.
        receiver: The receiver of notifications.
        url: The API's address.
        control_url: The worker's control API.
        probe_url: The worker's probes.
        headers: What says to the API who asks; nothing where it wants no tokens.
    """

    def __init__(
        self,
        folder: Path,
        *,
        engine: EngineKind,
        delays_s: Mapping[str, float] | None = None,
        worker_module: str = WORKER_MODULE,
        env: Mapping[str, str] | None = None,
        otlp_port: int | None = None,
        token: str | None = None,
    ) -> None:
        self.folder = folder
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._env = dict(env or {})
        if otlp_port is not None:
            self._env |= SEND_SPANS_SOON | {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{otlp_port}"}
        control_port, probe_port, api_port = free_port(), free_port(), free_port()
        self.control_url, self.probe_url = f"http://127.0.0.1:{control_port}", f"http://127.0.0.1:{probe_port}"
        self.url = f"http://127.0.0.1:{api_port}"
        self.receiver = Receiver(folder)
        self.engine = make_engine(
            engine, folder, webhook_url=self.receiver.url, control_port=control_port, otlp_port=otlp_port
        )
        self.worker = self._worker(worker_module, control_port, probe_port, delays_s or {})
        self.api = self._api(api_port)
        self.ledger = Ledger(self.worker.log, self.receiver)

    @property
    def processes(self) -> tuple[Process, ...]:
        """Every process, in the order in which one needs the other."""
        return (self.receiver.process, *self.engine.parts.values(), self.worker, self.api)

    async def start(self) -> None:
        """Start every process that does not run, side by side, and return once all are ready."""
        self.worker.spawn()
        self.api.spawn()
        await asyncio.gather(self.receiver.process.start(), self.engine.start())
        await asyncio.gather(self.worker.start(), self.api.start())

    async def recover(self) -> None:
        """Start what was killed, and do what `docs/durability.md` tells the operator of a daprd 1.18 that is locked up.

        It can lock itself up when a worker dies, and shows as no connected worker; `test_differences.py` pins it down.
        """
        await self.start()
        if isinstance(self.engine, DaprEngine):
            try:
                await until(self.engine.connected_workers, what="the sidecar serves the worker's stream", timeout_s=5)
            except AssertionError:
                self.engine.front.kill()
                await self.start()

    def kill(self) -> None:
        """`kill -9` of every process, the receiver excepted: it is the outside world."""
        for process in reversed(self.processes):
            if process is not self.receiver.process:
                process.kill()

    async def stop(self) -> None:
        """Stop every process, the last ones first."""
        await asyncio.gather(self.worker.stop(), self.api.stop())
        await asyncio.gather(self.engine.stop(), self.receiver.process.stop())

    def tails(self) -> str:
        """The last lines of every process, for a failure message."""
        return "\n".join(process.tail(15) for process in self.processes)

    def _worker(self, module: str, control_port: int, probe_port: int, delays_s: Mapping[str, float]) -> Process:
        env = self._env | {
            "DURABLY_WORKER_SIDECAR_GRPC_PORT": str(self.engine.grpc_port),
            "DURABLY_WORKER_CONTROL_PORT": str(control_port),
            "DURABLY_WORKER_PROBE_PORT": str(probe_port),
            "DURABLY_WORKER_LOG_FORMAT": "json",
            "DURABLY_WORKER_ACTIVITY_DELAY_S": json.dumps(dict(delays_s)),
        }
        if isinstance(self.engine, DaprEngine):
            env["DAPR_HTTP_PORT"] = str(self.engine.sidecar.http_port)  # as the injector does
        command = [sys.executable, "-m", module]
        ready = answers(f"{self.probe_url}/readyz")
        return Process("worker", command, log=self.folder / "worker.log", env=env, ready=ready)

    def _api(self, port: int) -> Process:
        env = self._env | {
            "DURABLY_API_PORT": str(port),
            "DURABLY_API_CONTROL_URL": self.control_url,
            "DURABLY_API_LOG_FORMAT": "json",
        }
        if isinstance(self.engine, DaprEngine) and self.engine.api_sidecar is not None:
            env["DURABLY_API_CONTROL_URL"] = f"http://127.0.0.1:{self.engine.api_sidecar.http_port}"
            env["DURABLY_API_WORKER_APP_ID"] = WORKER_APP_ID
        command = [sys.executable, "-m", "api"]
        # Not /readyz: behind a sidecar that does not ask for the worker, and what comes next is a request to it.
        ready = answers(f"{self.url}/workflows", headers=self.headers)
        return Process("api", command, log=self.folder / "api.log", env=env, ready=ready)


def make_engine(
    kind: str,
    folder: Path,
    *,
    webhook_url: str = "http://127.0.0.1:9",
    control_port: int | None = None,
    otlp_port: int | None = None,
) -> Engine:
    """An engine that was not started yet.

    Args:
        kind: Which engine.
        folder: Where its state and logs go.
        webhook_url: Where notifications are posted to; by default where nobody is.
        control_port: The worker's control port, if an API is to reach it: with Dapr, through a second sidecar.
        otlp_port: Where a collector listens that sidecars send their spans to; None for no tracing.
    """
    if kind == "embedded":
        return EmbeddedEngine(folder, webhook_url=webhook_url)
    has_api = control_port is not None
    return DaprEngine(
        folder,
        webhook_url=webhook_url,
        control_port=control_port,
        api_sidecar=has_api,
        otlp_port=otlp_port,
        store="postgresql" if kind == "dapr-on-postgresql" else "redis",
    )
