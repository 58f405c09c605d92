"""Waiting for conditions, with a deadline and a message that says what was seen last."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

POLL_S: Final = 0.02
"""How often a condition is looked at that nothing announces."""

Seen = TypeVar("Seen")


async def until(
    look: Callable[[], Awaitable[Seen]],
    *,
    what: str,
    timeout_s: float = 10,
    holds: Callable[[Seen], bool] = bool,
    retry_on: tuple[type[BaseException], ...] = (),
    poll_s: float = POLL_S,
) -> Seen:
    """Look again and again until what is seen holds, and return it.

    Args:
        look: Called each time; a coroutine function.
        what: The condition in words, for the failure message.
        timeout_s: Seconds after which the wait fails.
        holds: Whether what was seen is what is waited for; by default, whether it is true.
        retry_on: Errors of `look` that mean "not yet".
        poll_s: Seconds between two looks.

    Raises:
        AssertionError: The time is over; the message names the condition and what was seen last.
    """
    ends = time.monotonic() + timeout_s
    while True:
        last: object
        try:
            last = seen = await look()
        except retry_on as error:
            last = error
        else:
            if holds(seen):
                return seen
        if time.monotonic() > ends:
            raise AssertionError(f"waited {timeout_s:g} s in vain until {what}; seen last: {last!r}")
        await asyncio.sleep(poll_s)


def true(condition: Callable[[], Seen]) -> Callable[[], Awaitable[Seen]]:
    """A plain function as something that `until` can look at."""

    async def look() -> Seen:
        return condition()

    return look
