import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, Protocol

import structlog

from durably.contracts.errors import DurablyError, InstanceNotFoundError, UnavailableError
from worker.index.entry import micros
from worker.index.index import InstanceIndex

_BATCH: Final = 50
"""So many are purged, then others get their turn."""

_BREATH_S: Final = 0.5


class Purging(Protocol):
    """The part of `durably.engine.client.EngineClient` that is used; see there."""

    async def purge(self, instance_id: str, *, recursive: bool = True) -> None:
        """Forget an instance that has ended, and its children."""


class Retention:
    """Purges what ended long ago, the oldest first, so that the store stays as large as it is.

    What has not ended is never purged: the index says what may be due, the engine says whether it has ended. Children
    are purged with their parents, and not before: a family goes once all of it has ended and is old enough. The
    workers divide the instances among themselves; where two purge the same one, the second finds it gone.

    Args:
        engine: The client of the workflow engine.
        index: What says which have ended, and when.
        keep_s: Seconds for which an instance is kept after its end; zero for ever.
        interval_s: Seconds between two looks.
        on_purged: Told of how many were purged, each time.
        clock: The time now.
    """

    def __init__(
        self,
        engine: Purging,
        *,
        index: InstanceIndex,
        keep_s: float,
        interval_s: float,
        on_purged: Callable[[int], object],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._index = index
        self._keep_s = keep_s
        self._interval_s = interval_s
        self._on_purged = on_purged
        self._clock = clock
        self._refused: set[str] = set()
        self._log: Any = structlog.get_logger()

    async def run(self) -> None:
        """Look again and again until cancelled; an engine that is away is waited for."""
        log = structlog.get_logger()
        while self._keep_s:
            purged = 0
            try:
                purged = await self.purge_batch()
            except UnavailableError as error:
                log.debug("retention_delayed", code=error.code, error=error.detail)
            except Exception:  # a process edge: what is kept too long harms nobody
                log.exception("retention_failed")
            if not purged:
                self._refused.clear()  # whatever it was that could not be purged may have changed
            await asyncio.sleep(min(_BREATH_S, self._interval_s) if purged else self._interval_s)

    async def purge_batch(self) -> int:
        """Purge the oldest of what is due; how many that were, with their children.

        Raises:
            UnavailableError: The engine or the state store is away.
        """
        await self._index.refresh()
        purged = 0
        for instance_id in self._due():
            purged += await self._purge(instance_id)
        if purged:
            self._on_purged(purged)
            self._log.info("instances_purged", count=purged)
        return purged

    def _due(self) -> list[str]:
        """The next ones, by the time of their end."""
        before = micros(self._clock() - timedelta(seconds=self._keep_s))
        table, exchange = self._index.table, self._index.exchange
        ended = (each for _, each in table.ended.irange(None, (before, "")))
        ours = (each for each in ended if each not in self._refused and exchange.is_ours(each))
        return list(islice((each for each in ours if self._is_over(each, before)), _BATCH))

    def _is_over(self, instance_id: str, before: int) -> bool:
        """Whether it is nobody's child, and all of its family ended before a time."""
        table = self._index.table
        if table.entries[instance_id].parent in table.entries:
            return False
        return all(member.is_over and member.updated <= before for member in table.family(instance_id))

    async def _purge(self, instance_id: str) -> int:
        count = len(self._index.table.family(instance_id))
        try:
            await self._engine.purge(instance_id)
        except InstanceNotFoundError:
            count = 0  # somebody else has
        except UnavailableError:
            raise
        except DurablyError as error:  # it has not ended after all, and the census will say so
            self._refused.add(instance_id)
            self._log.warning("instance_not_purged", instance_id=instance_id, code=error.code, error=error.detail)
            return 0
        await self._index.forget(instance_id)
        return count
