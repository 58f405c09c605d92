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
