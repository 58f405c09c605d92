"""Logs and metrics made of what the workflow host tells."""

import asyncio
import traceback
from typing import Any, Final

import structlog

from durably.contracts.held_back import HeldBack
from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import ActivityRun, WorkflowRun
from durably.telemetry.metrics import WorkflowMetrics

MAX_MESSAGE: Final = 2_000
_MAX_TRACE: Final = 10_000
"""A message may quote a whole payload; a line stays one that a log store takes."""

_CONTINUED: Final = "continued_as_new"
"""The status of an instance's life that another life follows."""


class TelemetryObserver:
    """A `HostObserver` that writes one line and moves the counters for each event; replays are counted, not logged.

    Args:
        metrics: What is moved.
    """

    def __init__(self, metrics: WorkflowMetrics) -> None:
        self._metrics = metrics
        self._log: Any = structlog.get_logger()
        self.stopping = False
        """Set when the process stops: the end of the work stream is then no loss."""

    def workflow_started(self, run: WorkflowRun) -> None:
        """The first turn of an instance began."""
        self._metrics.workflows_started(run.workflow).inc()
        self._log.info("workflow_started", instance_id=run.instance_id, workflow=run.workflow, version=run.version)

    def workflow_replayed(self, run: WorkflowRun) -> None:
        """A later turn began: counted only, as all that it passes again was logged before."""
        self._metrics.workflow_replays(run.workflow).inc()

    def workflow_ended(
        self, run: WorkflowRun, status: InstanceStatus, duration_s: float, error: BaseException | None
    ) -> None:
        """The workflow returned, or raised `error`."""
        self._metrics.workflows_finished(run.workflow, status.value).inc()
        self._metrics.workflow_duration(run.workflow, status.value).observe(duration_s)
        write = self._log.info if error is None else self._log.error
        write(
            "workflow_ended",
            instance_id=run.instance_id,
            workflow=run.workflow,
            version=run.version,
            status=status.value,
            duration_s=round(duration_s, 6),
            **_reason(error),
        )

    def workflow_continued(self, run: WorkflowRun) -> None:
        """A life ended and the next begins: counted, so that starts and ends balance; the instance has not ended."""
        self._metrics.workflows_finished(run.workflow, _CONTINUED).inc()
        self._log.info("workflow_continued", instance_id=run.instance_id, workflow=run.workflow, version=run.version)

    def work_held_back(self, held: HeldBack) -> None:
        """A turn or an activity was held back, as the code here is not the right one."""
        self._metrics.holds.count(held)
        self._log.error(
            "workflow_held_back" if held.activity is None else "activity_held_back",
            **held.model_dump(mode="json", exclude_none=True, exclude={"kind", "message"}),
            reason=held.kind.value,
            error=held.message[:MAX_MESSAGE],
        )

    def holding(self, count: int) -> None:
        """So many turns and activities are held back now."""
        self._metrics.holds.set_now(count)

    def activity_started(self, run: ActivityRun) -> None:
        """An attempt began."""
        self._metrics.activities_in_flight(run.activity).inc()
        self._log.info("activity_started", **_identity(run))

    def activity_ended(self, run: ActivityRun, duration_s: float, error: BaseException | None) -> None:
        """An attempt returned, or raised `error`; the workflow decides whether there is another."""
        outcome = _outcome(error)
        self._metrics.activities_in_flight(run.activity).dec()
        self._metrics.activity_attempts(run.activity, outcome).inc()
        self._metrics.activity_duration(run.activity, outcome).observe(duration_s)
        write = self._log.info if error is None else self._log.warning
        write("activity_ended", **_identity(run), outcome=outcome, duration_s=round(duration_s, 6), **_reason(error))

    def stream_changed(self, *, connected: bool) -> None:
        """The work stream was opened or lost."""
        self._metrics.stream_connected().set(connected)
        if connected:
            self._log.info("work_stream_connected")
        elif self.stopping:
            self._log.info("work_stream_closed")
        else:
            self._metrics.stream_losses().inc()
            self._log.warning("work_stream_lost")


def _identity(run: ActivityRun) -> dict[str, Any]:
    return {
        "instance_id": run.instance_id,
        "workflow": run.workflow,
        "activity": run.activity,
        "task_id": run.task_id,
        "task_execution_id": run.task_execution_id,
        "attempt": run.attempt,
    }


def _outcome(error: BaseException | None) -> str:
    """An attempt that is cancelled, as by the end of the grace period, has not failed: it is made again elsewhere."""
    if error is None:
        return "completed"
    return "cancelled" if isinstance(error, asyncio.CancelledError) else "failed"


def _reason(error: BaseException | None) -> dict[str, str]:
    """What a failure adds to a line: its type, its message, and where it was raised."""
    if error is None or isinstance(error, asyncio.CancelledError):
        return {}
    trace = "".join(traceback.format_exception(error)).rstrip()
    return {
        "error_type": type(error).__name__,
        "error": str(error)[:MAX_MESSAGE],
        "exception": trace[-_MAX_TRACE:],  # the end is where it was raised
    }
