"""The worker's end of the engine: runs what the registry lists, and can stop without losing work."""

import asyncio
import logging
import os
from collections.abc import Callable
from typing import Final

from durably.contracts.held_back import HeldBack
from durably.contracts.observations import HostObserver, TurnReport
from durably.engine.activity import ActivityRunner, NameOf
from durably.engine.dispatch import Dispatcher
from durably.engine.holding import Holds
from durably.engine.mending import mend_sdk
from durably.engine.rechecking import recheck
from durably.engine.registry import Registry
from durably.engine.replay import TurnRunner
from durably.engine.stream import WorkStream

_SDK_LOGGERS: Final = ("durabletask-worker", "DaprWorkflowContext")
_ACTIVITIES_A_CORE: Final = 100
_SWEEP_S: Final = 60


class WorkflowHost:
    """Runs workflows and activities for one sidecar (or one embedded engine).

    Args:
        registry: What can be run.
        host: Where the sidecar listens.
        port: Its gRPC port.
        observer: Told of starts, ends, attempts and of the stream.
        token: The sidecar's API token, if it asks for one.
        name_of: Asked for the workflow of an instance that this process has not seen; see `ActivityRunner`.
        max_activities: How many activities may run at once; None for 100 a core.
        on_turn: Told of each turn that the engine took; must not block.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        host: str,
        port: int,
        observer: HostObserver,
        token: str | None = None,
        name_of: NameOf | None = None,
        max_activities: int | None = None,
        on_turn: Callable[[TurnReport], None] = lambda _: None,
    ) -> None:
        quiet_sdk()
        mend_sdk()
        self.registry = registry
        self.stream = WorkStream(
            host=host, port=port, token=token, on_change=lambda up: observer.stream_changed(connected=up)
        )
        self.max_activities = max_activities or _ACTIVITIES_A_CORE * (os.cpu_count() or 1)
        self._holds = Holds(observer)
        self._activities = ActivityRunner(
            registry, observer=observer, holds=self._holds, at_once=self.max_activities, name_of=name_of
        )
        self._turns = TurnRunner(
            registry, observer=observer, holds=self._holds, learn_workflow=self._activities.learn_workflow
        )
        self._dispatcher = Dispatcher(self.stream, turns=self._turns, activities=self._activities, on_turn=on_turn)
        self._background: tuple[asyncio.Task[None], ...] = ()

    @property
    def in_flight(self) -> int:
        """How many activities run now."""
        return self._activities.in_flight

    @property
    def given(self) -> int:
        """How many activities the engine has given us that it has no result of yet: those in flight, and a queue."""
        return self._dispatcher.activities

    def held_back(self) -> tuple[HeldBack, ...]:
        """What is held back here because the code is not the right one, the longest held first."""
        return self._holds.now()

    def start(self) -> None:
        """Begin to connect. Returns at once: a sidecar that is not there yet is waited for in the background."""
        reading = self.stream.run(on_open=self._on_open, on_item=self._dispatcher.hand_out)
        self._background = (asyncio.create_task(reading), asyncio.create_task(self._keep_sweeping()))

    def _on_open(self) -> None:
        self._turns.forget()
        self._holds.forget()

    async def sweep(self) -> None:
        """Forget what was forgotten elsewhere: histories of idle instances, and holds on what has moved on."""
        self._turns.sweep()
        await recheck(self._holds, self.stream)

    async def _keep_sweeping(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            await self.sweep()

    async def stop(self, *, grace_s: float) -> bool:
        """Begin no activity, let those in flight finish and their results leave, then close the stream.

        Args:
            grace_s: Seconds to wait for activities in flight. Those that take longer are run again elsewhere.

        Returns:
            Whether everything in flight finished in time.
        """
        drained = await self._activities.drain(grace_s)
        await self._dispatcher.close()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._dispatcher.abandon()
        await self.stream.aclose()
        return drained


def quiet_sdk() -> None:
    """Set the levels of the SDK's loggers: below WARNING it formats a summary of every turn, which costs throughput."""
    for name in _SDK_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
