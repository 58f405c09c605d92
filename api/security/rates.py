"""How often somebody may ask: a bucket of tokens each, in this process alone."""

import time
from collections.abc import Callable
from typing import Final

_MOST_BUCKETS: Final = 10_000
"""The ones unused for longest are forgotten: by then they are full again, or somebody makes names up."""


class Rates:
    """Token buckets by name.

    Args:
        per_s: Tokens that come back in a second; 0 for no limit at all.
        burst: Tokens in a full bucket.
        clock: Seconds that only grow.
    """

    def __init__(self, *, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, who: str) -> float:
        """Take a token: 0 where there was one, else the seconds until there is."""
        if not self._per_s:
            return 0
        now = self._clock()
        left, then = self._buckets.pop(who, (float(self._burst), now))
        left = min(float(self._burst), left + (now - then) * self._per_s)
        wait = 0 if left >= 1 else (1 - left) / self._per_s
        self._buckets[who] = (left if wait else left - 1, now)  # at the end, so the first is unused for longest
        if len(self._buckets) > _MOST_BUCKETS:
            del self._buckets[next(iter(self._buckets))]
        return wait
