import asyncio
import json
from io import BytesIO

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, Tracer
from prometheus_client import CollectorRegistry

from durably.contracts.observations import ActivityRun
from durably.telemetry import logging as telemetry_logging
from durably.telemetry.metrics import WorkflowMetrics
from durably.telemetry.tracing import TracedObserver, configure, with_trace_ids
from tests.unit.telemetry.conftest import Lines

_ATTEMPT = ActivityRun("task-1", "pipeline", "assign", 2, "key-1", 3)


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter) -> Tracer:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("test")


@pytest.fixture
def observer(lines: Lines) -> TracedObserver:
    return TracedObserver(WorkflowMetrics(CollectorRegistry()))


def test_without_an_endpoint_there_is_no_tracing() -> None:
    assert configure(endpoint=None, service="test") is None


def test_an_attempt_completes_the_span_that_is_there(
    observer: TracedObserver, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    with tracer.start_as_current_span("activity"):
        observer.activity_started(_ATTEMPT)
        observer.activity_ended(_ATTEMPT, 0.1, None)

    (span,) = exporter.get_finished_spans()
    assert dict(span.attributes or {}) == {
        "instance_id": "task-1",
        "workflow": "pipeline",
        "activity": "assign",
        "task_execution_id": "key-1",
        "attempt": 3,
    }
    assert span.status.status_code is StatusCode.UNSET


def test_an_attempt_of_an_unknown_workflow_lacks_that_attribute_alone(
    observer: TracedObserver, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    with tracer.start_as_current_span("activity"):
        observer.activity_started(ActivityRun("task-1", None, "assign", 2, "key-1", 3))

    (span,) = exporter.get_finished_spans()
    assert set(span.attributes or {}) == {"instance_id", "activity", "task_execution_id", "attempt"}


@pytest.mark.parametrize(
    ("error", "status", "events"),
    [(LookupError("no such thing"), StatusCode.ERROR, ["exception"]), (asyncio.CancelledError(), StatusCode.UNSET, [])],
    ids=["failed", "cancelled"],
)
def test_an_attempt_that_failed_marks_its_span_and_one_that_was_cancelled_does_not(
    observer: TracedObserver,
    tracer: Tracer,
    exporter: InMemorySpanExporter,
    error: BaseException,
    status: StatusCode,
    events: list[str],
) -> None:
    with tracer.start_as_current_span("activity"):
        observer.activity_started(_ATTEMPT)
        observer.activity_ended(_ATTEMPT, 0.1, error)

    (span,) = exporter.get_finished_spans()
    assert span.status.status_code is status
    assert [event.name for event in span.events] == events


def test_lines_bear_the_current_span_and_lines_without_one_bear_none(output: BytesIO, tracer: Tracer) -> None:
    telemetry_logging.configure(format="json", service="test", stream=output, extra=(with_trace_ids,))

    structlog.get_logger().info("outside")
    with tracer.start_as_current_span("request") as span:
        structlog.get_logger().info("inside")

    outside, inside = (json.loads(line) for line in output.getvalue().splitlines())
    assert "trace_id" not in outside
    context = span.get_span_context()
    assert (inside["trace_id"], inside["span_id"]) == (f"{context.trace_id:032x}", f"{context.span_id:016x}")
