"""What tracing adds to the parts of a worker; where it is off, nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from durably.engine.tracing import TraceParent, no_sdk_spans, trace_turns
from durably.telemetry.observer import TelemetryObserver
from durably.telemetry.tracing import TracedObserver, Tracing

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Spans:
    """What tracing adds.

    Attributes:
        tracing: The spans on their way; None where tracing is off.
        interceptors: For the connections to the sidecar.
        middlewares: For the control API, outermost first.
        observer: The kind of observer that the workflow host gets.
    """

    tracing: Tracing | None = None
    interceptors: tuple[Any, ...] = ()
    middlewares: tuple[Any, ...] = ()
    observer: type[TelemetryObserver] = TelemetryObserver

    async def aclose(self) -> None:
        """Send what is left, for two seconds at most."""
        if self.tracing is not None:
            await asyncio.to_thread(self.tracing.close)


def spans_of(tracing: Tracing | None) -> Spans:
    """What tracing adds where it is on, and nothing where it is off."""
    if tracing is None:
        no_sdk_spans()
        return Spans()
    trace_turns()
    return Spans(tracing, (TraceParent(),), (_server_span(),), TracedObserver)


def _server_span() -> Any:
    tracer, w3c = trace.get_tracer(__name__), TraceContextTextMapPropagator()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "unmatched"
        attributes = {"http.request.method": request.method, "http.route": route, "url.path": request.path}
        with tracer.start_as_current_span(
            f"{request.method} {route}",
            context=w3c.extract(request.headers),
            kind=trace.SpanKind.SERVER,
            attributes=attributes,
        ) as span:
            response = await handler(request)
            span.set_attribute("http.response.status_code", response.status)
            if response.status >= _SERVER_ERROR:
                span.set_status(trace.StatusCode.ERROR)
            return response

    return middleware
