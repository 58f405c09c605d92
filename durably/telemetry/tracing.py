"""Tracing, off by default. What stands here needs OpenTelemetry's API alone; see `durably.telemetry.otlp`."""

import asyncio
from typing import Protocol

from opentelemetry import trace
from structlog.typing import EventDict, WrappedLogger

from durably.contracts.observations import ActivityRun
from durably.telemetry.observer import MAX_MESSAGE, TelemetryObserver


class Tracing(Protocol):
    """The spans of this process on their way to a collector."""

    def close(self) -> None:
        """Send what is left, for two seconds at most; blocks."""


def configure(*, endpoint: object | None, service: str, sampling: float = 0) -> Tracing | None:
    """Set up tracing for this process.

    Args:
        endpoint: The collector's gRPC address, with `http://` or `https://` in front. None: there is no tracing, and
            nothing that could do any is loaded.
        service: What the process is, on each span.
        sampling: The part, from 0 to 1, of the traces that begin in this process; one that comes in was decided on
            where it began.
    """
    if endpoint is None:
        return None
    from durably.telemetry.otlp import Otlp  # noqa: PLC0415 - who does not trace does not load the SDK

    return Otlp(endpoint=str(endpoint), service=service, sampling=sampling)


def with_trace_ids(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Puts the current span on a log line; a processor for `durably.telemetry.logging`."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


class TracedObserver(TelemetryObserver):
    """A `TelemetryObserver` that also completes the span which the SDK makes for each attempt of an activity."""

    def activity_started(self, run: ActivityRun) -> None:
        """An attempt began; the SDK's span is the current one."""
        span = trace.get_current_span()
        if span.is_recording():
            span.set_attributes(_identity(run))
        super().activity_started(run)

    def activity_ended(self, run: ActivityRun, duration_s: float, error: BaseException | None) -> None:
        """An attempt returned, or raised `error`; the SDK keeps errors to itself, so they are noted here."""
        span = trace.get_current_span()
        if error is not None and not isinstance(error, asyncio.CancelledError) and span.is_recording():
            span.record_exception(error)
            span.set_status(trace.StatusCode.ERROR, f"{type(error).__name__}: {error}"[:MAX_MESSAGE])
        super().activity_ended(run, duration_s, error)


def _identity(run: ActivityRun) -> dict[str, str | int]:
    identity: dict[str, str | int] = {
        "instance_id": run.instance_id,
        "activity": run.activity,
        "task_execution_id": run.task_execution_id,
        "attempt": run.attempt,
    }
    return identity | {"workflow": run.workflow} if run.workflow else identity
