"""Readiness as a set of named pings, each with its own bound, so that a probe never hangs and says what is wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal

from durably.contracts.model import Frozen

Ping = Callable[[], Awaitable[str | None]]
"""Answers with a detail, or None for "ok"; raises when what it looks at is not in order."""

SIDECAR_MISSING: Final = (
    "was the pod injected? Check its annotation dapr.io/enabled and the Dapr injector; "
    "see docs/operations.md#sidecar-missing"
)
"""What to look at when a sidecar does not answer: the injector's failure policy lets pods start without one."""


class NotReadyError(Exception):
    """What a ping raises; the text is shown to whoever reads the probe."""


class Check(Frozen):
    """What one ping found."""

    ok: bool
    detail: str


class Readiness(Frozen):
    """What all pings found."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, Check]

    @property
    def http_status(self) -> int:
        """What a probe's answer has to be."""
        return 200 if self.status == "ready" else 503


class Pings:
    """Named pings that are run at the same time.

    Args:
        pings: By name.
        timeout_s: Seconds after which a ping that does not answer counts as failed.
    """

    def __init__(self, pings: Mapping[str, Ping], *, timeout_s: float = 2.0) -> None:
        self._pings = dict(pings)
        self._timeout_s = timeout_s

    async def check(self) -> Readiness:
        """Run all of them; ready is when each is in order."""
        found = await asyncio.gather(*(self._check(ping) for ping in self._pings.values()))
        checks = dict(zip(self._pings, found, strict=True))
        return Readiness(status="ready" if all(c.ok for c in found) else "not_ready", checks=checks)

    async def _check(self, ping: Ping) -> Check:
        try:
            async with asyncio.timeout(self._timeout_s):
                return Check(ok=True, detail=await ping() or "ok")
        except TimeoutError:
            return Check(ok=False, detail=f"no answer within {self._timeout_s:g} s")
        except Exception as error:  # noqa: BLE001 - the edge: whatever a ping raises is its answer
            return Check(ok=False, detail=str(error) or type(error).__name__)
