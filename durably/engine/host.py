"""The worker's end of the engine: registers what the registry lists, runs it, and can stop without losing work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from dapr.ext.workflow import WorkflowRuntime
from dapr.ext.workflow.logger import LoggerOptions

from durably.contracts.observations import HostObserver
from durably.engine.activity import ActivityRunner, NameOf
from durably.engine.mending import mend_sdk
from durably.engine.registry import Registry
from durably.engine.stream import WorkStream
from durably.engine.turns import watched

_SDK_LEVELS: Final = {
    "durabletask-worker": logging.WARNING,
    "durabletask-client": logging.WARNING,
    "DaprWorkflowContext": logging.WARNING,
    "DaprWorkflowClient": logging.WARNING,
    "WorkflowRuntime": logging.CRITICAL,
}
"""Below WARNING the SDK formats a summary of every turn, which costs throughput; what its runtime says, of activities
that failed and of a sidecar that is not there yet, the observer has said before."""


class WorkflowHost:
    """Runs workflows and activities for one sidecar (or one embedded engine).

    Args:
        registry: What can be run.
        host: Where the sidecar listens.
        port: Its gRPC port.
        observer: Told of starts, ends, attempts and of the stream.
        name_of: Asked for the workflow of an instance that this process has not seen; see `ActivityRunner`.
        max_activities: How many activities may run at once; None for the SDK's default (100 a core).
    """

    def __init__(
        self,
        *,
        registry: Registry,
        host: str,
        port: int,
        observer: HostObserver,
        name_of: NameOf | None = None,
        max_activities: int | None = None,
    ) -> None:
        self.registry = registry
        self.stream = WorkStream(host=host, port=port, on_change=lambda up: observer.stream_changed(connected=up))
        self._activities = ActivityRunner(observer=observer, loop=asyncio.get_running_loop(), name_of=name_of)
        quiet_sdk()
        mend_sdk()
        self._runtime = WorkflowRuntime(
            host=host,
            port=str(port),
            logger_options=LoggerOptions(log_level=logging.WARNING, log_handler=logging.NullHandler()),
            interceptors=self.stream.interceptors(
                on_result_sent=self._activities.result_sent, on_refusal=observer.workflow_refused
            ),
            maximum_concurrent_activity_work_items=max_activities,
        )
        self._register(observer)
        self._starting: asyncio.Future[None] | None = None

    def _register(self, observer: HostObserver) -> None:
        for workflow in self.registry.workflows:
            latest = self.registry.latest(workflow.name) is workflow
            self._runtime.register_versioned_workflow(
                watched(workflow, observer, self._activities.learn_workflow),
                name=workflow.name,
                version_name=workflow.version,
                is_latest=latest,
            )
        for activity in self.registry.activities:
            self._runtime.register_activity(self._activities.wrap(activity), name=activity.name)

    @property
    def in_flight(self) -> int:
        """How many activities run now."""
        return self._activities.in_flight

    def start(self) -> None:
        """Begin to connect. Returns at once: a sidecar that is not there yet is waited for in the background."""
        self._starting = asyncio.get_running_loop().run_in_executor(None, self._runtime.start)

    async def stop(self, *, grace_s: float) -> bool:
        """Begin no activity, let those in flight finish and their results leave, then close the stream.

        Args:
            grace_s: Seconds to wait for activities in flight. Those that take longer are run again elsewhere.

        Returns:
            Whether everything in flight finished in time.
        """
        drained = await self._activities.drain(grace_s)
        self.stream.stop()
        if self._starting is not None:
            await _quietly(partial(asyncio.to_thread, self._runtime.shutdown))
            await _quietly(lambda: self._starting)
            await asyncio.to_thread(self.stream.close_loop)
        return drained


async def _quietly(step: Callable[[], Awaitable[Any] | None]) -> None:
    """Run a step of shutting down; what fails in it is told, and stops nothing else."""
    try:
        if (waiting := step()) is not None:
            await waiting
    except RuntimeError as error:
        logging.getLogger(__name__).info("while stopping: %s", error)


def quiet_sdk() -> None:
    """Set the levels of the SDK's loggers."""
    for name, level in _SDK_LEVELS.items():
        logging.getLogger(name).setLevel(level)
