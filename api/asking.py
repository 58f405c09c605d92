"""How the worker is asked."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from durably.contracts.actors import to_header
from durably.contracts.names import ACTOR_HEADER


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a request carries beside its body.

    Attributes:
        query: Fields and their values; a field may stand there more than once.
        actor: Who asks for it; None where that changes nothing.
        wait_s: Seconds that the worker may wait before it answers.
        new: Whether the id in the path was made just now.
        once: Whether a request whose answer was lost is not sent again, since it may have been heard.
    """

    query: Sequence[tuple[str, str]] = ()
    actor: str | None = None
    wait_s: float = 0
    new: bool = False
    once: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Who asks."""
        return {} if self.actor is None else {ACTOR_HEADER: to_header(self.actor)}

    def query_until(self, wait_until: float) -> str:
        """The query with its question mark, with what is left of the wait; empty if there is nothing to say.

        Args:
            wait_until: When the wait is over, on the monotonic clock.
        """
        remaining = wait_until - time.monotonic()
        new, wait = [("new", "1")] if self.new else [], [("wait", f"{remaining:.3f}")] if remaining > 0 else []
        fields = urlencode([*self.query, *new, *wait])
        return f"?{fields}" if fields else ""


PLAINLY: Final = Asking()
"""Nothing beside."""
