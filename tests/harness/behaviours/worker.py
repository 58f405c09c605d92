"""A worker process that runs the behaviours: `python -m tests.harness.behaviours.worker PORT`.

It writes the same activity lines as the real worker, so that the ledger can read them, and drains on SIGTERM.
"""

import argparse
import asyncio
import signal

import structlog

from durably.contracts.held_back import HeldBack
from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import ActivityRun, WorkflowRun
from durably.engine.host import WorkflowHost
from durably.telemetry.logging import configure
from tests.harness.behaviours.registry import behaviours
from tests.harness.behaviours.world import World

READY_LINE = "work_stream_connected"
"""The event that says that the worker is connected."""

_GRACE_S = 10.0


class _Lines:
    """An observer that writes a line for each event of an activity."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()

    def workflow_started(self, run: WorkflowRun) -> None:
        pass

    def workflow_replayed(self, run: WorkflowRun) -> None:
        pass

    def workflow_ended(
        self, run: WorkflowRun, status: InstanceStatus, duration_s: float, error: BaseException | None
    ) -> None:
        pass

    def workflow_continued(self, run: WorkflowRun) -> None:
        """See `HostObserver`."""

    def work_held_back(self, held: HeldBack) -> None:
        """See `HostObserver`."""

    def holding(self, count: int) -> None:
        """See `HostObserver`."""

    def activity_started(self, run: ActivityRun) -> None:
        self._log.info("activity_started", **_identity(run))

    def activity_ended(self, run: ActivityRun, duration_s: float, error: BaseException | None) -> None:
        self._log.info("activity_ended", **_identity(run), outcome="failed" if error else "completed")

    def stream_changed(self, *, connected: bool) -> None:
        self._log.info(READY_LINE if connected else "work_stream_lost")


def _identity(run: ActivityRun) -> dict[str, object]:
    return {
        "instance_id": run.instance_id,
        "activity": run.activity,
        "task_execution_id": run.task_execution_id,
        "attempt": run.attempt,
    }


async def _serve(port: int) -> None:
    host = WorkflowHost(registry=behaviours(World()), host="127.0.0.1", port=port, observer=_Lines())
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    host.start()
    await stop.wait()
    await host.stop(grace_s=_GRACE_S)


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    configure(format="json", service="behaviours")
    asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
