from typing import Literal

from aiohttp import web

from durably.contracts.actors import in_history
from durably.contracts.approvals import Vote, VoteRequest
from durably.contracts.errors import InstanceNotFoundError, InvalidInputError
from durably.contracts.management import Because, Requested
from durably.contracts.names import APPROVAL
from durably.domain.votes import is_vote, passes_for_vote
from worker.control import reading
from worker.control.answering import answer
from worker.control.desk import Desk
from worker.control.voting import Voting


class Managing:
    """What is asked of an instance that is there; every request but a purge is accepted with 202.

    Args:
        desk: What it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._voting = Voting(desk)

    async def event(self, request: web.Request) -> web.Response:
        """`POST /control/instances/{instance_id}/events/{name}`, any JSON; a vote is checked first."""
        instance_id, name = reading.existing_id(request), request.match_info["name"]
        by = reading.actor(request)
        if is_vote(name):
            wish = await reading.body(request, VoteRequest)
            vote = Vote.model_construct(by=by, approve=wish.approve, reason=wish.reason)
            await self._voting.vote(instance_id, vote)
        elif passes_for_vote(name):
            wrong = {"field": "name", "message": f"looks like a vote, which is written {APPROVAL}"}
            raise InvalidInputError("Look at: name.", errors=(wrong,))
        else:
            payload = await reading.any_json(request)
            await self._desk.bounded(self._desk.engine.raise_event(instance_id, name, payload))
            self._desk.raised_by(by, instance_id, name, payload)
        return _accepted(instance_id, "event")

    async def pause(self, request: web.Request) -> web.Response:
        """`POST /control/instances/{instance_id}/pause`, a `Because`."""
        instance_id, reason = reading.existing_id(request), await _reason(request)
        await self._desk.bounded(self._desk.engine.pause(instance_id, reason=reason))
        return _accepted(instance_id, "pause")

    async def resume(self, request: web.Request) -> web.Response:
        """`POST /control/instances/{instance_id}/resume`, a `Because`."""
        instance_id, reason = reading.existing_id(request), await _reason(request)
        await self._desk.bounded(self._desk.engine.resume(instance_id, reason=reason))
        return _accepted(instance_id, "resume")

    async def terminate(self, request: web.Request) -> web.Response:
        """`POST /control/instances/{instance_id}/terminate`, a `Because`; the reason becomes the output."""
        instance_id, reason = reading.existing_id(request), await _reason(request)
        await self._desk.bounded(self._desk.engine.terminate(instance_id, output=reason))
        return _accepted(instance_id, "terminate")

    async def purge(self, request: web.Request) -> web.Response:
        """`DELETE /control/instances/{instance_id}`."""
        instance_id = reading.existing_id(request)
        await self._desk.bounded(self._purged(instance_id))
        return web.Response(status=204)

    async def _purged(self, instance_id: str) -> None:
        try:
            await self._desk.engine.purge(instance_id)
        except InstanceNotFoundError:
            await self._desk.index.forget(instance_id)  # a purge before this one may have come no further
            raise
        await self._desk.index.forget(instance_id)


async def _reason(request: web.Request) -> str:
    because = await reading.body(request, Because)
    return in_history(reading.actor(request), because.reason)


def _accepted(instance_id: str, requested: Literal["event", "pause", "resume", "terminate"]) -> web.Response:
    return answer(Requested(instance_id=instance_id, requested=requested), status=202)
