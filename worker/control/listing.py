from aiohttp import web

from durably.contracts.listing import ApprovalQuery, CountQuery, InstanceQuery
from worker.control import reading
from worker.control.answering import answer
from worker.control.desk import Desk


class Listing:
    """Many instances at once.

    Args:
        desk: What it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def instances(self, request: web.Request) -> web.Response:
        """`GET /control/instances`, with the fields of an `InstanceQuery`."""
        return answer(await self._desk.bounded(self._desk.index.page(reading.query(request, InstanceQuery))))

    async def counts(self, request: web.Request) -> web.Response:
        """`GET /control/instances/counts`, with the fields of a `CountQuery`."""
        return answer(await self._desk.bounded(self._desk.index.counts(reading.query(request, CountQuery))))

    async def approvals(self, request: web.Request) -> web.Response:
        """`GET /control/approvals`, with the fields of an `ApprovalQuery`."""
        return answer(await self._desk.bounded(self._desk.index.approvals(reading.query(request, ApprovalQuery))))
