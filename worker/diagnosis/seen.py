from datetime import datetime, timedelta
from typing import Final, NamedTuple

from durably.contracts.diagnosis import Verdict

_KEPT: Final = timedelta(minutes=10)
"""For so long a wait stays a wait, if nothing has happened in it and it is not over."""

_WAITS: Final = {Verdict.WAITING_FOR_EVENT, Verdict.WAITING_FOR_TIMER, Verdict.WAITING_FOR_CHILD}


class Seen(NamedTuple):
    """What came of a look at an instance."""

    updated: int
    at: datetime
    verdict: Verdict
    until: datetime | None

    def still_waits(self, updated: int, now: datetime) -> bool:
        """Whether another look would show the same wait.

        Args:
            updated: When the index has last seen it move.
            now: The time now.
        """
        if self.updated != updated or self.verdict not in _WAITS:
            return False
        return now - self.at <= _KEPT and (self.until is None or self.until >= now)
