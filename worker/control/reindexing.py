from aiohttp import web

from worker.control.answering import answer
from worker.index.rebuild import Rebuild


class Reindexing:
    """The index as such: how it is, and its comparison with the engine.

    Args:
        rebuild: What compares.
    """

    def __init__(self, rebuild: Rebuild) -> None:
        self._rebuild = rebuild

    async def state(self, _: web.Request) -> web.Response:
        """`GET /control/index`."""
        return answer(self._rebuild.state())

    async def rebuild(self, _: web.Request) -> web.Response:
        """`POST /control/index/rebuild`; it goes on in the background, and `state` tells when it is over."""
        return answer(self._rebuild.ask(), status=202)
