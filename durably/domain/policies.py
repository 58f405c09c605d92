"""Every retry policy that a workflow uses, in one place."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class RetrySpec:
    """How often and how fast a failed activity is tried again.

    Args:
        first_interval: The pause before the second attempt.
        max_attempts: All attempts, the first one included.
        backoff: Each pause is the one before times this.
        max_interval: No pause is longer.
    """

    first_interval: timedelta
    max_attempts: int
    backoff: float
    max_interval: timedelta


LOCAL: Final = RetrySpec(timedelta(milliseconds=200), max_attempts=5, backoff=2, max_interval=timedelta(seconds=5))
"""For activities that touch nothing outside the process and its state store."""

OUTBOUND: Final = RetrySpec(timedelta(seconds=1), max_attempts=5, backoff=2, max_interval=timedelta(seconds=30))
"""For activities that call somebody else's system: 1, 2, 4 and 8 s of pause, then the workflow fails."""

PAYMENT: Final = RetrySpec(timedelta(seconds=1), max_attempts=8, backoff=2, max_interval=timedelta(seconds=30))
"""For a charge: a minute and a half of pauses. Each attempt first asks what became of the ones before."""

MUST_SUCCEED: Final = RetrySpec(timedelta(seconds=1), max_attempts=1_000, backoff=2, max_interval=timedelta(minutes=15))
"""For what has to happen in the end, a compensation above all: every quarter of an hour for ten days.

A thousand failed attempts are as much as a history may hold; the pause may not be doubled more often either. After them
the workflow fails, and a rerun from this activity goes on.
"""
