import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from durably.contracts.actors import ANONYMOUS
from durably.contracts.errors import EngineTimeoutError
from durably.engine.registry import Registry
from worker.control.gate import Gate
from worker.control.ports import Engine, Index, Journal

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every handler of the control API works with.

    Attributes:
        registry: What may be started.
        engine: The client of the workflow engine.
        index: Instances as lists.
        gate: Whether starts are taken, and when waits have to end.
        journal: Who ran which activity, and who asked for what; None to do without.
        budget_s: Seconds within which the engine has to have answered, however many calls an answer takes.
        clock: The time now.
    """

    registry: Registry
    engine: Engine
    index: Index
    gate: Gate
    journal: Journal | None = None
    budget_s: float
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def bounded(self, call: Coroutine[Any, Any, T], wait_s: float = 0) -> T:
        """What a call brings within the budget.

        Args:
            call: One call, or several in a row.
            wait_s: Seconds that it may wait beyond the budget.

        Raises:
            EngineTimeoutError: It took too long.
        """
        try:
            async with asyncio.timeout(self.budget_s + wait_s):
                return await call
        except TimeoutError as error:
            raise EngineTimeoutError("The workflow engine takes too long; try again.") from error

    def started_by(self, by: str, instance_id: str) -> None:
        """Note who started an instance, if there is a name. The engine has taken it by then, so this cannot fail."""
        if self.journal is not None and by != ANONYMOUS:
            self.journal.started_by(instance_id, by)

    def raised_by(self, by: str, instance_id: str, event: str, payload: Any) -> None:
        """Note who raised an event, as `started_by`."""
        if self.journal is not None and by != ANONYMOUS:
            self.journal.raised_by(instance_id, by, event, payload)
