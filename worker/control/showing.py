from aiohttp import web

from durably.contracts.instances import InstanceView
from worker.control import reading
from worker.control.answering import answer
from worker.control.desk import Desk


class Showing:
    """One instance and its history.

    Args:
        desk: What it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def instance(self, request: web.Request) -> web.Response:
        """`GET /control/instances/{instance_id}?wait=SECONDS`."""
        instance_id, wait_s = reading.existing_id(request), reading.wait_s(request)
        if wait_s:
            return await self.waited(instance_id, wait_s)
        return self._shown(await self._desk.bounded(self._desk.engine.get(instance_id)))

    async def waited(self, instance_id: str, wait_s: float) -> web.Response:
        """The instance once it has ended, or when the wait is over."""
        waiting = self._desk.bounded(self._desk.engine.wait(instance_id, timeout_s=wait_s), wait_s)
        view = await self._desk.gate.unless_closing(waiting)
        return self._shown(await self._desk.bounded(self._desk.engine.get(instance_id)) if view is None else view)

    def _shown(self, view: InstanceView) -> web.Response:
        return answer(self._desk.index.dated(view))

    async def history(self, request: web.Request) -> web.Response:
        """`GET /control/instances/{instance_id}/history`."""
        history = await self._desk.bounded(self._desk.engine.history(reading.existing_id(request)))
        return answer(await self._desk.journal.shown(history) if self._desk.journal else history)

    async def recording(self, request: web.Request) -> web.Response:
        """`GET /control/instances/{instance_id}/recording`."""
        return answer(await self._desk.bounded(self._desk.engine.recording(reading.existing_id(request))))
