"""The trace on its way to the engine and back; nothing here is used where tracing is off, but `no_sdk_spans`."""

import functools
import inspect
from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any, Final

import grpc
from opentelemetry import context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from durably.engine.sdk import TurnExecutor, worker
from durably.engine.sdk import messages as pb

_W3C: Final = TraceContextTextMapPropagator()
"""What Dapr understands. Baggage stays outside: it is the caller's, and a sidecar refuses long headers."""


class TraceParent(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc] # grpc has no types
    """Sends the current span along with each call, so that what the sidecar does is part of the trace.

    daprd takes a new instance's parent from the call's metadata; the embedded engine, which makes no spans, takes it
    from the request.
    """

    async def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        """See `grpc.aio`."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        if carrier:
            details = details._replace(metadata=grpc.aio.Metadata(*(details.metadata or ()), *carrier.items()))
            if isinstance(request, pb.CreateInstanceRequest):
                request.parentTraceContext.traceParent = carrier.get("traceparent", "")
        return await continuation(details, request)


def no_sdk_spans() -> None:
    """Let the SDK make no spans: it makes one for each activity, recorded or not, wherever OpenTelemetry is found."""
    worker.otel_tracer = None


def activity_span(request: Any) -> AbstractContextManager[Any]:
    """The SDK's own span around an attempt of an activity; none after `no_sdk_spans`."""
    span = worker.TaskHubGrpcWorker._activity_span  # noqa: SLF001 - there is no public place
    found: AbstractContextManager[Any] = span(None, request, request.workflowInstance.instanceId)
    return found


def trace_turns() -> None:
    """Run each turn of a workflow under the parent that its instance was started with; again changes nothing.

    So what is logged in a turn bears the trace's id. There is no span for a turn: the instance's one span is the
    sidecar's, and a replay would make the others many.
    """
    inner = inspect.unwrap(TurnExecutor.execute)

    @functools.wraps(inner)
    def execute(self: Any, instance_id: str, old: Sequence[Any], new: Sequence[Any], **more: Any) -> Any:
        token = context.attach(_W3C.extract({"traceparent": _parent(old, new)}))
        try:
            return inner(self, instance_id, old, new, **more)
        finally:
            context.detach(token)

    TurnExecutor.execute = execute


def _parent(old: Sequence[Any], new: Sequence[Any]) -> str:
    """The `traceparent` in the instance's `executionStarted`, which stands at the beginning; or nothing."""
    started = next((event.executionStarted for event in chain(old, new) if event.HasField("executionStarted")), None)
    return "" if started is None else str(started.parentTraceContext.traceParent)
