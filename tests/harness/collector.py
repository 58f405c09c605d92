"""A collector of spans: a real OTLP receiver, over gRPC, in the test's own process."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as messages
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as services


@dataclass(frozen=True, slots=True)
class Span:
    """One span as it came.

    Attributes:
        service: The `service.name` of the process that made it.
        scope: The library that made it.
        parent_id: Empty for a root.
    """

    service: str
    scope: str
    name: str
    kind: int
    trace_id: str
    span_id: str
    parent_id: str
    start_ns: int
    end_ns: int
    failed: bool
    attributes: dict[str, Any]


class Collector(services.TraceServiceServicer):
    """Keeps every span that it is sent.

    Attributes:
        port: Where it listens, on loopback.
    """

    def __init__(self) -> None:
        self._server = grpc.server(ThreadPoolExecutor(max_workers=4))
        services.add_TraceServiceServicer_to_server(self, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._spans: list[Span] = []

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """The protocol's one call."""
        self._spans += _spans(request)
        return messages.ExportTraceServiceResponse()

    def spans(self, trace_id: str | None = None) -> tuple[Span, ...]:
        """Everything that came so far; of one trace if its id is given."""
        return tuple(span for span in self._spans if trace_id in {None, span.trace_id})

    def start(self) -> None:
        """Listen."""
        self._server.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.stop(0).wait()


@contextmanager
def collector() -> Iterator[Collector]:
    """A collector that listens."""
    listening = Collector()
    listening.start()
    yield listening
    listening.stop()


def _spans(request: Any) -> Iterator[Span]:
    for resource in request.resource_spans:
        service = _attributes(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Span(
                    service=service,
                    scope=scope.scope.name,
                    name=span.name,
                    kind=span.kind,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    start_ns=span.start_time_unix_nano,
                    end_ns=span.end_time_unix_nano,
                    failed=span.status.code == span.status.STATUS_CODE_ERROR,
                    attributes=_attributes(span.attributes),
                )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value") for pair in pairs}
