"""The one module that loads the OpenTelemetry SDK; only a process that was given an endpoint imports it."""

import os
import socket
import threading
from typing import Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from durably import __version__

_FAREWELL_S: Final = 2.0
"""How long a process that ends may wait for the collector to take its last spans."""


class Otlp:
    """Sends spans to a collector, from a thread of its own; what the collector does not take in time is dropped.

    Args:
        endpoint: The collector's gRPC address, with `http://` or `https://` in front.
        service: What the process is.
        sampling: The part, from 0 to 1, of the traces that begin in this process.
    """

    def __init__(self, *, endpoint: str, service: str, sampling: float) -> None:
        resource = Resource.create(
            {
                "service.name": service,
                "service.version": __version__,
                "host.name": socket.gethostname(),  # in a pod: the pod's name
                "process.pid": os.getpid(),
            }
        )
        self._exporter = OTLPSpanExporter(endpoint=endpoint)
        # Not closed at exit by itself: that would wait for half a minute for a collector that is away.
        self._provider = TracerProvider(
            resource=resource, sampler=ParentBased(TraceIdRatioBased(sampling)), shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        trace.set_tracer_provider(self._provider)  # the Dapr SDK and FastAPI ask for it there

    def close(self) -> None:
        """Send what is left, if the collector takes it at once."""
        leaving = threading.Thread(target=self._provider.shutdown, daemon=True)
        leaving.start()
        leaving.join(_FAREWELL_S)
        if leaving.is_alive():
            self._exporter.shutdown()
