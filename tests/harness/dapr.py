"""Self-hosted Dapr: a state store, placement, scheduler, the worker's sidecar and, if wanted, the API's."""

import asyncio
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import aiohttp

from tests.harness.ports import free_port
from tests.harness.postgresql import postgresql
from tests.harness.processes import Process, answers, start_all
from tests.harness.redis import redis

BINARIES: Final = ("daprd", "placement", "scheduler", "redis-server")
"""What has to be on PATH."""

FOLLOW_THE_API: Final = "0.0000001"
"""The part of traces that a sidecar begins by itself: none, in practice."""

SEND_SPANS_SOON: Final = {"OTEL_BSP_SCHEDULE_DELAY": "200"}
"""Milliseconds between two batches, where there are spans; 5 s by default. OpenTelemetry's own variable."""

Store = Literal["redis", "postgresql"]

WORKER_APP_ID: Final = "durably"
API_APP_ID: Final = "durably-api"
_FOR_ACTORS: Final = {"actorStateStore": "true"}


def missing_binaries() -> tuple[str, ...]:
    """Those of `BINARIES` that are not on PATH."""
    return tuple(name for name in BINARIES if shutil.which(name) is None)


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A daprd and the ports that an application and Prometheus use."""

    process: Process
    grpc_port: int
    http_port: int
    metrics_port: int


class DaprEngine:
    """Everything that the worker's sidecar needs, each part a process that can be killed and started by itself.

    Args:
        folder: Where data, components and logs go.
        webhook_url: Where the output binding `notifications` posts to.
        control_port: The worker's control port, where its sidecar forwards invocations to; None if there is none.
        api_sidecar: Whether there is a second sidecar, for the API.
        otlp_port: Where a collector listens that the sidecars send their spans to; None for no tracing.
        store: What histories are kept in.

    Attributes:
        kind: `dapr`.
        grpc_port: Where workers and clients of the engine connect.
        sidecar: The worker's sidecar.
        api_sidecar: The API's sidecar.
        parts: Every process by name: redis or postgresql, placement, scheduler, daprd and daprd-api.
    """

    kind: Final = "dapr"

    def __init__(
        self,
        folder: Path,
        *,
        webhook_url: str = "http://127.0.0.1:9",
        control_port: int | None = None,
        api_sidecar: bool = False,
        otlp_port: int | None = None,
        store: Store = "redis",
    ) -> None:
        self.folder = folder
        self._store, state_store = _state_store(store, folder)
        self._placement, self._placement_port = _placement(folder)
        self._scheduler, self._scheduler_port = _scheduler(folder)
        internal_port = free_port()
        _write_resources(folder, state_store=state_store, webhook_url=webhook_url)
        _write(folder / "config.yaml", _configuration(internal_port, otlp_port))
        self.sidecar = self._daprd("daprd", WORKER_APP_ID, app_port=control_port, internal_port=internal_port)
        self.api_sidecar = self._daprd("daprd-api", API_APP_ID) if api_sidecar else None
        self.grpc_port = self.sidecar.grpc_port
        sidecars = [self.sidecar] + ([self.api_sidecar] if self.api_sidecar else [])
        processes = [self._store, self._placement, self._scheduler, *(s.process for s in sidecars)]
        self.parts = {process.name: process for process in processes}

    @property
    def front(self) -> Process:
        """The process that the worker is connected to: what `kill -9 of the engine` means."""
        return self.sidecar.process

    async def start(self) -> None:
        """Start every part that does not run, side by side; the sidecars follow as soon as the state store is there."""
        self._placement.spawn()
        self._scheduler.spawn()
        await self._store.start()
        await start_all(list(self.parts.values()))

    async def connected_workers(self) -> int:
        """How many work streams the worker's sidecar serves, in its own opinion.

        None, although a worker's stream is open, means that daprd 1.18 has locked itself up; see `docs/durability.md`.
        """
        url = f"http://127.0.0.1:{self.sidecar.http_port}/v1.0/metadata"
        async with aiohttp.ClientSession() as session, session.get(url, raise_for_status=True) as response:
            return int((await response.json()).get("workflows", {}).get("connectedWorkers", 0))

    def kill(self) -> None:
        """`kill -9` of every part."""
        for process in reversed(self.parts.values()):
            process.kill()

    async def stop(self) -> None:
        """Stop every part; state stays in the folder."""
        for process in reversed(self.parts.values()):
            process.resume()
            process.terminate()
        await asyncio.gather(*(process.stop() for process in self.parts.values()))

    def _daprd(
        self, name: str, app_id: str, *, app_port: int | None = None, internal_port: int | None = None
    ) -> Sidecar:
        grpc_port, http_port, metrics_port = free_port(), free_port(), free_port()
        command = [
            "daprd", "--app-id", app_id,
            "--resources-path", str(self.folder / "resources"), "--config", str(self.folder / "config.yaml"),
            "--placement-host-address", f"127.0.0.1:{self._placement_port}",
            "--scheduler-host-address", f"127.0.0.1:{self._scheduler_port}",
            "--dapr-listen-addresses", "127.0.0.1", "--dapr-internal-grpc-listen-address", "127.0.0.1",
            "--dapr-grpc-port", str(grpc_port), "--dapr-http-port", str(http_port),
            "--dapr-internal-grpc-port", str(internal_port or free_port()),
            "--metrics-listen-address", "127.0.0.1", "--metrics-port", str(metrics_port),
            "--dapr-graceful-shutdown-seconds", "1",
        ]  # fmt: skip
        if app_port is not None:
            command += ["--app-port", str(app_port), "--app-protocol", "http"]
        # Not /healthz: that waits for the application, which waits for the sidecar.
        ready = answers(f"http://127.0.0.1:{http_port}/v1.0/healthz/outbound")
        process = Process(name, command, log=self.folder / f"{name}.log", env=SEND_SPANS_SOON, ready=ready)
        return Sidecar(process, grpc_port, http_port, metrics_port)


def _placement(folder: Path) -> tuple[Process, int]:
    port, healthz_port = free_port(), free_port()
    command = [
        "placement", "--port", str(port), "--listen-address", "127.0.0.1",
        "--initial-cluster", f"dapr-placement-0=127.0.0.1:{free_port()}",
        "--healthz-listen-address", "127.0.0.1", "--healthz-port", str(healthz_port),
        "--metrics-listen-address", "127.0.0.1", "--metrics-port", str(free_port()),
    ]  # fmt: skip
    ready = answers(f"http://127.0.0.1:{healthz_port}/healthz")
    return Process("placement", command, log=folder / "placement.log", ready=ready), port


def _scheduler(folder: Path) -> tuple[Process, int]:
    port, healthz_port = free_port(), free_port()
    command = [
        "scheduler", "--port", str(port), "--listen-address", "127.0.0.1",
        "--override-broadcast-host-port", f"127.0.0.1:{port}",
        "--etcd-data-dir", str(folder / "etcd"), "--etcd-client-port", str(free_port()),
        "--etcd-initial-cluster", f"dapr-scheduler-server-0=http://localhost:{free_port()}",
        "--healthz-listen-address", "127.0.0.1", "--healthz-port", str(healthz_port),
        "--metrics-listen-address", "127.0.0.1", "--metrics-port", str(free_port()),
    ]  # fmt: skip
    ready = answers(f"http://127.0.0.1:{healthz_port}/healthz")
    return Process("scheduler", command, log=folder / "scheduler.log", ready=ready, start_timeout_s=40), port


def _state_store(store: Store, folder: Path) -> tuple[Process, dict[str, Any]]:
    """The process, and the component that tells Dapr of it."""
    if store == "redis":
        process, port = redis(folder / "redis")
        address = {"redisHost": f"127.0.0.1:{port}", "redisPassword": ""}
        return process, _component("statestore", "state.redis", address | _FOR_ACTORS)
    process, connection = postgresql(folder)
    address = {"connectionString": connection}
    return process, _component("statestore", "state.postgresql", address | _FOR_ACTORS, version="v2")


def _write_resources(folder: Path, *, state_store: dict[str, Any], webhook_url: str) -> None:
    resources = folder / "resources"
    resources.mkdir(parents=True, exist_ok=True)
    _write(resources / "statestore.yaml", state_store)
    webhook = {"url": webhook_url}
    _write(resources / "notifications.yaml", _component("notifications", "bindings.http", webhook))


def _component(name: str, kind: str, metadata: dict[str, str], *, version: str = "v1") -> dict[str, Any]:
    return {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name},
        "spec": {"type": kind, "version": version, "metadata": [{"name": k, "value": v} for k, v in metadata.items()]},
        "scopes": [WORKER_APP_ID],
    }


def _configuration(worker_port: int, otlp_port: int | None) -> dict[str, Any]:
    # The default, mDNS, needs multicast, and would let two test runs on one network find each other's sidecars. The
    # one name that is ever looked up is the worker's, and this resolver, which every build of daprd has, can be told.
    resolution = {"component": "kubernetes", "version": "v1", "configuration": {"template": f"127.0.0.1:{worker_port}"}}
    return {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Configuration",
        "metadata": {"name": "durably"},
        "spec": {
            "nameResolution": resolution,
            "tracing": _tracing(otlp_port),
            # As the chart has it: counted by path, each instance would leave series behind in both sidecars.
            "metrics": {"http": {"increasedCardinality": False}},
        },
    }


def _tracing(otlp_port: int | None) -> dict[str, Any]:
    """As the chart has it: the API decides what is traced. At 0 a sidecar makes no spans, whatever it is asked."""
    if otlp_port is None:
        return {"samplingRate": "0"}
    otel = {"endpointAddress": f"127.0.0.1:{otlp_port}", "isSecure": False, "protocol": "grpc"}
    return {"samplingRate": FOLLOW_THE_API, "otel": otel}


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")  # JSON is YAML
