import asyncio
from typing import Final

from aiohttp import web

from durably.authoring.ports import StateStoreError
from durably.contracts.workers import WorkerList
from worker.control import reading
from worker.control.answering import answer
from worker.diagnosis.gathering import Diagnoser
from worker.heartbeat.heartbeats import Heartbeats

_READ_S: Final = 2.0
_PROBLEM: Final = "The state store cannot be read now, so this is only the worker that was asked."


class Diagnosing:
    """Why an instance is where it is, and which workers there are.

    Args:
        diagnoser: What finds out.
        heartbeats: Which workers there are.
    """

    def __init__(self, diagnoser: Diagnoser, heartbeats: Heartbeats) -> None:
        self._diagnoser = diagnoser
        self._heartbeats = heartbeats

    async def why(self, request: web.Request) -> web.Response:
        """`GET /control/instances/{instance_id}/why`."""
        return answer(await self._diagnoser.why(reading.existing_id(request)))

    async def workers(self, _: web.Request) -> web.Response:
        """`GET /control/workers`."""
        try:
            async with asyncio.timeout(_READ_S):
                return answer(WorkerList(workers=await self._heartbeats.all()))
        except (StateStoreError, TimeoutError):
            return answer(WorkerList(workers=(self._heartbeats.own,), problem=_PROBLEM))
