"""What is away, where an instance cannot be read."""

import asyncio
import time
from typing import Any, Final

from durably.authoring.ports import StateStoreError
from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.errors import DurablyError, EngineTimeoutError, UnavailableError
from durably.contracts.instances import InstanceStatus
from durably.domain.diagnosis.outages import seen_from_worker
from worker.diagnosis.ports import Engine, Known
from worker.heartbeat.heartbeats import Heartbeats
from worker.index.entry import GONE

_LOOK_S: Final = 0.8
_LATELY_S: Final = 10.0
"""What has answered so lately is slow, not away: under load each of them may take seconds."""


class Outages:
    """Tells the parts between a worker and its instances apart.

    Args:
        engine: The engine, behind the sidecar.
        heartbeats: How the worker itself is; they are kept in the state store.
        known: What the index has of an instance.

    Attributes:
        answered_at: When the engine last told of an instance, in monotonic seconds.
    """

    def __init__(self, engine: Engine, *, heartbeats: Heartbeats, known: Known) -> None:
        self._engine = engine
        self._heartbeats = heartbeats
        self._known = known
        self.answered_at = float("-inf")

    async def found(self, instance_id: str, error: UnavailableError | TimeoutError) -> Diagnosis:
        """The verdict on an instance that could not be read.

        Args:
            instance_id: The instance.
            error: What came instead.
        """
        reason = error.detail if isinstance(error, DurablyError) else "the engine did not tell of the instance in time"
        verdict, met = await self.verdict()
        return seen_from_worker(
            verdict,
            own=self._heartbeats.own,
            reason=f"{reason.rstrip('. ')}. {met}",
            instance_id=instance_id,
            **self._last_known(instance_id),
        )

    async def verdict(self) -> tuple[Verdict, str]:
        """What is away, and what was met on the way to it."""
        pinged, read = await asyncio.gather(self._ping(), self._read_store())
        if pinged is not None:
            return (Verdict.ON_ITS_WAY if pinged.slow else Verdict.SIDECAR_UNREACHABLE), pinged.said
        if self._heartbeats.own.stream != "connected":
            return Verdict.STREAM_DEAD, "The sidecar answers."
        if read is not None:
            return (Verdict.ON_ITS_WAY if read.slow else Verdict.STATE_STORE_UNREACHABLE), read.said
        lately = _is_lately(self.answered_at)
        return (
            Verdict.ON_ITS_WAY if lately else Verdict.SIDECAR_UNREACHABLE
        ), "A ping and the state store are answered."

    async def _ping(self) -> "_Failed | None":
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._engine.ping()
        except (TimeoutError, EngineTimeoutError):
            return _Failed("A ping is not answered in time.", slow=_is_lately(self.answered_at))
        except UnavailableError as error:
            return _Failed(f"A ping fails: {error.detail}", slow=False)
        return None

    async def _read_store(self) -> "_Failed | None":
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._heartbeats.all()
        except TimeoutError:
            return _Failed("The state store does not answer.", slow=_is_lately(self._heartbeats.store_at))
        except StateStoreError as error:
            return _Failed(f"The state store cannot be read: {error}", slow=False)
        return None

    def _last_known(self, instance_id: str) -> dict[str, Any]:
        """What the index last saw."""
        known = self._known(instance_id)
        if known is None or known.status == GONE:
            return {}
        return {"workflow": known.workflow, "status": InstanceStatus(known.status)}


class _Failed:
    """What came of a look that did not end well.

    Args:
        said: In words.
        slow: Whether it is likely to be slow rather than away.
    """

    def __init__(self, said: str, *, slow: bool) -> None:
        self.said = said
        self.slow = slow


def _is_lately(at: float) -> bool:
    return time.monotonic() - at < _LATELY_S
