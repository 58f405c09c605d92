"""What a diagnosis needs of the parts around it."""

from collections.abc import Callable
from typing import Protocol

from durably.contracts.instances import History, InstanceView
from worker.index.entry import Entry

Known = Callable[[str], Entry | None]
"""What the index has of an instance; see `worker.index.index.InstanceIndex.known`."""


class Engine(Protocol):
    """The part of `durably.engine.client.EngineClient` that is asked; see there."""

    async def ping(self) -> None:
        """One bounded round trip to the engine."""

    async def get(self, instance_id: str, *, payloads: bool = True) -> InstanceView:
        """The instance as it is now."""

    async def history(self, instance_id: str) -> History:
        """Everything that was recorded for it."""


class Journal(Protocol):
    """The part of `worker.journal.journal.Journal` that is asked; see there."""

    async def shown(self, history: History) -> History:
        """The history with what is known of its activities' executions."""
