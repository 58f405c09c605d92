"""How the processes of a stack find each other: command lines and environments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import durably
from durably.cli.gateway import PAYMENTS
from durably.cli.ports import Ports
from durably.cli.process import ProcessSpec
from durably.cli.receiver import PATH
from durably.cli.settings import inherited

ENGINE, WORKER, API = "engine", "worker", "api"
_BINDING: Final = "notifications"
_NOTHING: Final[Mapping[str, str]] = {}
_STOCK: Final = '{"apple": 1000, "pear": 10}'
"""What `durably dev` has to sell, unless it is told otherwise."""
_LOOPBACK: Final = "127.0.0.1"
_WORKER_DRAIN_S: Final = 8.0
_API_DRAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class StackConfig:
    """One stack.

    Attributes:
        host: Where the API listens.
        ports: Chosen ports, none of them 0.
        data: An existing folder that is ours.
        log_format: `json` or `console`.
        without: Prefixes of variables that the processes do not inherit. A sidecar's are never inherited: they would
            lead the worker to some Dapr.
        worker: Further variables of the worker.
    """

    host: str
    ports: Ports
    data: Path
    log_format: str
    without: tuple[str, ...] = ("DAPR_",)
    worker: Mapping[str, str] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        """Where clients go."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.ports.api}"

    @property
    def probes_url(self) -> str:
        """Where the worker tells how it is."""
        return f"http://{_LOOPBACK}:{self.ports.probes}"

    @property
    def receiver_url(self) -> str:
        """Where notifications arrive."""
        return f"http://{_LOOPBACK}:{self.ports.receiver}"


def engine(config: StackConfig) -> ProcessSpec:
    """The embedded engine; it says `listening on` when it can be used."""
    arguments = (
        *("--port", str(config.ports.engine), "--db", str(config.data / "engine.db")),
        *("--binding", f"{_BINDING}={config.receiver_url}{PATH}"),
    )
    return ProcessSpec(ENGINE, "durably.embedded", arguments, _environment(config))


def worker(config: StackConfig) -> ProcessSpec:
    """One worker on that engine."""
    ports = config.ports
    settings = _environment(
        config,
        {"DURABLY_WORKER_PAYMENT_URL": f"{config.receiver_url}{PAYMENTS}", "DURABLY_WORKER_STOCK": _STOCK},
        DURABLY_WORKER_SIDECAR_GRPC_HOST=_LOOPBACK,
        DURABLY_WORKER_SIDECAR_GRPC_PORT=str(ports.engine),
        DURABLY_WORKER_CONTROL_PORT=str(ports.control),
        DURABLY_WORKER_PROBE_HOST=_LOOPBACK,
        DURABLY_WORKER_PROBE_PORT=str(ports.probes),
        DURABLY_WORKER_NOTIFICATION_BINDING=_BINDING,
        DURABLY_WORKER_SHUTDOWN_GRACE_S=str(_WORKER_DRAIN_S),
        DURABLY_WORKER_LOG_FORMAT=config.log_format,
    )
    return ProcessSpec(WORKER, "worker", (), {**settings, **config.worker}, grace_s=_WORKER_DRAIN_S + 2)


def api(config: StackConfig) -> ProcessSpec:
    """The API, which calls the worker directly: without Dapr there is no sidecar in between."""
    settings = _environment(
        config,
        DURABLY_API_HOST=config.host,
        DURABLY_API_PORT=str(config.ports.api),
        DURABLY_API_CONTROL_URL=f"http://{_LOOPBACK}:{config.ports.control}",
        DURABLY_API_WORKER_APP_ID="",
        DURABLY_API_SHUTDOWN_GRACE_S=str(_API_DRAIN_S),
        DURABLY_API_LOG_FORMAT=config.log_format,
    )
    return ProcessSpec(API, "api", (), settings, grace_s=_API_DRAIN_S + 2)


def _environment(config: StackConfig, defaults: Mapping[str, str] = _NOTHING, **settings: str) -> Mapping[str, str]:
    """What a process gets: the user's variables over the defaults, what holds the stack together over both."""
    # The folder of this very package: `worker` and `api` are names that a folder of the user may have, too.
    source = str(Path(durably.__file__).parents[1])
    return {**defaults, **inherited(without=config.without), "PYTHONPATH": source, "PYTHONUNBUFFERED": "1", **settings}
