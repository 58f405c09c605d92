"""What tracing adds to the API; where it is off, nothing."""

from types import SimpleNamespace
from typing import Final

import aiohttp
from fastapi.telemetry import TelemetryConfig
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from durably.telemetry.tracing import Tracing

_W3C: Final = TraceContextTextMapPropagator()
"""What Dapr understands. Baggage stays outside: it is the caller's, and a sidecar refuses long headers."""
_PROBES: Final = frozenset({"/livez", "/readyz", "/metrics"})


def telemetry(tracing: Tracing | None) -> TelemetryConfig:
    """What the framework is to do: one span a request, probes excepted, or nothing at all.

    Metrics, logs and operations stay off: we have our own, and a span for each dependency says nothing.
    """
    return {
        "tracing": tracing is not None,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
        "exclude": lambda scope: scope.get("path") in _PROBES,
    }


def client_traces(tracing: Tracing | None) -> list[aiohttp.TraceConfig]:
    """What makes a client session send the current span along."""
    if tracing is None:
        return []
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_send_along)
    return [config]


async def _send_along(_: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestStartParams) -> None:
    _W3C.inject(request.headers)
