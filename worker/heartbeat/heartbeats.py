import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from pydantic import ValidationError

from durably.authoring.ports import StateStoreError
from durably.contracts.workers import Heartbeat
from worker.adapters.documents import Documents
from worker.heartbeat.pulse import Pulse
from worker.index.ports import MEMBERS, Roll, beat_key

_FRESH_S: Final = 1.0
"""What was read is good for so long: many may ask at once."""

_SELDOM: Final = 2
"""What has not changed is written every so many looks."""

_HERE: Final = timedelta(0)
_ABROAD: Final = timedelta(seconds=60)

_BEATS: Final = {"beat_at", "expires_at"}


class Heartbeats:
    """Tells the other workers that this one is there, and knows which there are.

    Args:
        documents: Where beats are kept.
        pulse: What this worker says of itself.
        owner: The name of its log in the index, under which the others find it.
        interval_s: Seconds between two looks.
    """

    def __init__(self, documents: Documents, *, pulse: Pulse, owner: Callable[[], str], interval_s: float) -> None:
        self._documents = documents
        self._pulse = pulse
        self._owner = owner
        self._interval_s = interval_s
        self._written: tuple[str, Heartbeat | None, int] = ("", None, 0)
        self._others: tuple[float, tuple[Heartbeat, ...]] = (float("-inf"), ())
        self._reading = asyncio.Lock()
        self._beating: asyncio.Task[None] | None = None
        self._log: Any = structlog.get_logger()
        self.store_at = float("-inf")
        """When the store last answered, in monotonic seconds."""

    @property
    def own(self) -> Heartbeat:
        """How this worker is now."""
        return self._pulse.beat()

    async def run(self) -> None:
        """Begin to say it again and again, until `aclose`: also while activities are finished on the way out."""
        self._beating = asyncio.create_task(self._beat_on())

    async def _beat_on(self) -> None:
        log = structlog.get_logger()
        while True:
            try:
                await self.write()
            except StateStoreError as error:
                log.debug("heartbeat_missed", error=str(error))
            except Exception:  # a process edge: what is said of a worker is worth less than the worker
                log.exception("heartbeat_failed")
            await asyncio.sleep(self._interval_s)

    async def write(self) -> None:
        """Say how it is, unless that is known.

        Raises:
            StateStoreError: The store is away.
        """
        beat, owner = self.own, self._owner()
        known, last, silent = self._written
        if owner == known and last is not None and _same(beat, last) and silent + 1 < _SELDOM:
            self._written = (known, last, silent + 1)
            return
        lives_s = int((beat.expires_at - beat.beat_at).total_seconds()) + 1
        value = beat.model_dump_json(exclude_defaults=True).encode()
        await self._documents.write(beat_key(owner), value, keep_s=lives_s)
        self._written, self.store_at = (owner, beat, 0), time.monotonic()

    async def all(self) -> tuple[Heartbeat, ...]:
        """Every worker that is there, this one as it is now; by name.

        Raises:
            StateStoreError: The store is away.
        """
        async with self._reading:
            read_at, others = self._others
            if time.monotonic() - read_at > _FRESH_S:
                others = await self._read()
                self._others = (time.monotonic(), others)
                self.store_at = time.monotonic()
        own = self.own
        there = sorted([*_alive(others, own), own], key=lambda each: each.started_at)
        newest = {each.worker: each for each in there}  # a container that starts again has its pod's name, as before
        return tuple(newest[name] for name in sorted(newest))

    async def aclose(self) -> None:
        """Say goodbye, within a moment."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        try:
            async with asyncio.timeout(1):
                await self._documents.delete([beat_key(self._owner())])
        except (StateStoreError, TimeoutError) as error:
            self._log.debug("heartbeat_left_behind", error=str(error))

    async def _read(self) -> tuple[Heartbeat, ...]:
        roll = (await self._documents.read([MEMBERS])).get(MEMBERS)
        owners = sorted(Roll.model_validate_json(roll).owners.keys() - {self._owner()}) if roll else []
        found = await self._documents.read([beat_key(each) for each in owners])
        beats = (_decoded(value) for value in found.values())
        return tuple(each for each in beats if each is not None)


def _alive(beats: Sequence[Heartbeat], own: Heartbeat) -> list[Heartbeat]:
    """Those that have not missed too many beats. Most stores forget by themselves; clocks of other machines differ."""
    return [each for each in beats if each.expires_at + (_ABROAD if each.host != own.host else _HERE) > own.beat_at]


def _same(beat: Heartbeat, other: Heartbeat) -> bool:
    return beat.model_dump(exclude=_BEATS) == other.model_dump(exclude=_BEATS)


def _decoded(value: bytes) -> Heartbeat | None:
    """A beat; a worker of a later version may say more than is known here."""
    try:
        return Heartbeat.model_validate_json(value, extra="ignore")
    except ValidationError:
        return None
