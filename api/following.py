import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final

from fastapi.sse import format_sse_event

from api.control import ControlClient
from api.security.standing import RECHECK_S, Standing
from api.shutdown import Shutdown
from durably.contracts.errors import DurablyError, InstanceNotFoundError, UnavailableError
from durably.contracts.instances import InstanceStatus

_TURN_S: Final = 1.0
"""How long the engine waits for the end before anything else is looked at."""

_SILENCE_TURNS: Final = 10
"""After so many turns without news a comment goes out, which tells proxies, and us, that both ends are there."""

_AGAIN_MS: Final = 1_000


class Following:
    """One caller who follows one instance.

    The engine can be asked to wait for an end and for nothing else. So each turn waits for the end, for a second, and
    then the instance is compared; its history is read only where it has changed.

    Args:
        control: Where the instance is.
        stopping: Whether this process goes.
        standing: Whether the caller may still have it.
        instance_id: Its id.
        after: The place in its history up to which the caller has it; -1 for nothing.
    """

    def __init__(
        self, control: ControlClient, stopping: Shutdown, standing: Standing, instance_id: str, *, after: int
    ) -> None:
        self._control = control
        self._stopping = stopping
        self._standing = standing
        self._checked = time.monotonic()
        self._instance_id = instance_id
        self._sent = after + 1
        self._life: Any = None
        self._shown = ""
        self._trouble = ""
        self._silent_turns = 0

    async def look(self, *, wait_s: float = 0) -> dict[str, Any]:
        """The instance once it has ended, or after a wait.

        Raises:
            DurablyError: There is none, or nobody answers.
        """
        async with self._stopping.long_poll():
            view: dict[str, Any] = json.loads(await self._control.instance(self._instance_id, wait_s=wait_s))
            return view

    async def events(self, view: dict[str, Any]) -> AsyncIterator[bytes]:
        """The stream, until the instance ends, this process does, or the caller goes.

        Args:
            view: The instance as it was found.
        """
        yield format_sse_event(retry=_AGAIN_MS)
        found: dict[str, Any] | DurablyError = view
        while True:
            pieces, over = await self._told(found)
            for piece in pieces:
                yield piece
            if over or self._stopping.begun:
                return
            found = await self._next()

    async def _next(self) -> dict[str, Any] | DurablyError:
        if self._trouble:
            await asyncio.sleep(_TURN_S)
        try:
            view = await self.look(wait_s=_TURN_S)
            await self._check()  # after the wait: what it brought is not for somebody who was shut out meanwhile
        except DurablyError as error:
            return error
        return view

    async def _check(self) -> None:
        if time.monotonic() - self._checked >= RECHECK_S:
            with suppress(UnavailableError):  # whether it is good is not known, so it is as good as it was
                await self._standing.check()
            self._checked = time.monotonic()

    async def _told(self, found: dict[str, Any] | DurablyError) -> tuple[list[bytes], bool]:
        """What is sent after a look, and whether it was the last."""
        try:
            if isinstance(found, DurablyError):
                raise found
            pieces = await self._changes(found)
        except DurablyError as error:
            return self._problem(error), not isinstance(error, UnavailableError)
        self._trouble = ""
        if InstanceStatus(found["status"]).has_ended:
            return [*pieces, format_sse_event(event="end", data_str=json.dumps(found))], True
        return pieces or self._sign_of_life(), False

    async def _changes(self, view: dict[str, Any]) -> list[bytes]:
        now = json.dumps({key: value for key, value in view.items() if key != "input"})
        if now == self._shown:
            return []
        news = await self._news()
        self._shown = now
        return [format_sse_event(event="instance", data_str=now), *news]

    async def _news(self) -> list[bytes]:
        """What the history has more than before; all of it, if it is another one since a workflow continued as new."""
        try:
            history = json.loads(await self._control.history(self._instance_id))["events"]
        except InstanceNotFoundError:  # there is none before the first turn
            return []
        life = history[0] if history else None
        if self._sent > len(history) or (self._life is not None and life != self._life):
            self._sent = 0
        fresh = list(enumerate(history))[self._sent :]
        self._life, self._sent = life, len(history)
        return [format_sse_event(event="history", data_str=json.dumps(event), id=str(place)) for place, event in fresh]

    def _problem(self, error: DurablyError) -> list[bytes]:
        """A problem is told of once, however often it is met."""
        if error.code == self._trouble:
            return self._sign_of_life()
        self._trouble = error.code
        self._shown = ""  # told of again when it is over, for that tells that it is
        return [format_sse_event(event="problem", data_str=error.to_problem().model_dump_json())]

    def _sign_of_life(self) -> list[bytes]:
        self._silent_turns += 1
        return [] if self._silent_turns % _SILENCE_TURNS else [format_sse_event(comment="nothing new")]
