from durably.engine.sdk import worker as sdk_worker
from durably.telemetry.observer import TelemetryObserver
from worker.tracing import Spans, spans_of


def test_without_tracing_nothing_is_added_to_any_call() -> None:
    assert spans_of(None) == Spans(tracing=None, interceptors=(), middlewares=(), observer=TelemetryObserver)


def test_without_tracing_the_sdk_makes_no_spans_either() -> None:
    """It would otherwise make one for each activity, to be thrown away."""
    spans_of(None)

    assert sdk_worker.otel_tracer is None
