"""A vote that reaches a workflow is one that can count; what it makes of it is then looked at."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Final
from weakref import WeakValueDictionary

from durably.contracts.approvals import PendingApproval, Vote
from durably.contracts.errors import InstanceEndedError, InstanceNotFoundError, UnavailableError
from durably.contracts.instances import InstanceStatus
from durably.contracts.names import APPROVAL
from durably.contracts.refusals import ApprovalClosedError
from durably.domain.votes import check_vote, twice, verdict
from worker.control.desk import Desk

_LOOKS_S: Final = (0.02, 0.05, 0.1, 0.2, 0.3, 0.3)
"""Pauses before each look at what became of a vote: a workflow takes its turn within milliseconds, or it waits for a
worker, and nobody should wait for that. No engine tells of a turn that does not end the instance."""

_REMEMBERED: Final = 10_000


class Voting:
    """Gives votes to workflows.

    A vote that the engine has taken is remembered here until the workflow shows it, so that the same person's next one
    is refused also before that. One of which the engine did not say that it has it may be cast again.

    Args:
        desk: What it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._delivered: dict[tuple[str, datetime, str], None] = {}

    async def vote(self, instance_id: str, cast: Vote) -> None:
        """Give a workflow a vote.

        Of the votes of two people at once the workflow decides which one came first. Whoever was second is told so if
        the workflow says it soon; one that says nothing has the vote and may still count it.

        Args:
            instance_id: The instance that asks.
            cast: The vote; not validated, since nobody who is asked can have a name that is none.

        Raises:
            DurablyError: See `durably.domain.votes.check_vote`, and as for `EngineClient.raise_event`.
        """
        asked = await self._desk.bounded(self._raised(instance_id, cast))
        with suppress(UnavailableError, InstanceNotFoundError):
            await self._considered(instance_id, asked, cast)

    async def _raised(self, instance_id: str, cast: Vote) -> PendingApproval:
        turn = self._turns.setdefault(instance_id, asyncio.Lock())  # there as long as somebody holds or awaits it
        async with turn:
            asked = check_vote(await self._desk.engine.get(instance_id), cast.by, self._desk.clock())
            ballot = (instance_id, asked.since, cast.by)
            if ballot in self._delivered:
                raise twice(cast.by, instance_id)
            try:
                await self._desk.engine.raise_event(instance_id, APPROVAL, cast.model_dump(mode="json"))
            except InstanceEndedError as error:
                raise ApprovalClosedError(error.detail, instance_id=instance_id) from error
            self._remember(ballot)
            return asked

    def _remember(self, ballot: tuple[str, datetime, str]) -> None:
        self._delivered[ballot] = None
        if len(self._delivered) > _REMEMBERED:
            del self._delivered[next(iter(self._delivered))]

    async def _considered(self, instance_id: str, asked: PendingApproval, cast: Vote) -> None:
        for pause_s in _LOOKS_S:
            await asyncio.sleep(pause_s)
            view = await self._desk.bounded(self._desk.engine.get(instance_id))
            found = verdict(asked, cast, view)
            if isinstance(found, Exception):
                raise found
            if found or view.status is InstanceStatus.SUSPENDED:
                return
