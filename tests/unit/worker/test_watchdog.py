"""The watchdog against a sidecar's HTTP API written by hand: a real one locks itself up when it likes.

One that did so for real is in tests/engine/test_differences.py.
"""

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from worker.adapters.sidecar_http import SidecarHttp
from worker.watchdog import Watchdog

SIDECAR_TOKEN = "a-token"  # noqa: S105 - it opens nothing


class FakeSidecar:
    """Metadata that says what a test wants, and a shutdown that is counted."""

    def __init__(self) -> None:
        self.metadata: object = {"workflows": {"connectedWorkers": 1}}
        self.shutdowns = 0
        self.status = 200
        self.takes_shutdowns = True
        self.tokens: set[str | None] = set()

    def application(self) -> web.Application:
        """What listens."""
        app = web.Application()
        app.add_routes([web.get("/v1.0/metadata", self._metadata), web.post("/v1.0/shutdown", self._shutdown)])
        return app

    async def _metadata(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers.get("dapr-api-token"))
        return web.json_response(self.metadata, status=self.status)

    async def _shutdown(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers.get("dapr-api-token"))
        self.shutdowns += self.takes_shutdowns
        return web.Response(status=204 if self.takes_shutdowns else 403)


class Watched:
    """A watchdog at 15 s, with everything around it in the test's hand."""

    def __init__(self, sidecar: FakeSidecar, http: SidecarHttp, *, restart: bool) -> None:
        self.sidecar = sidecar
        self.opened_at: float | None = 0.0
        self.now = 0.0
        self.restarts = 0
        self.dog = Watchdog(
            stream=self, sidecar=http, after_s=15, restart=restart, on_restart=self._count, clock=lambda: self.now
        )

    def _count(self) -> None:
        self.restarts += 1

    async def look(self, *moments: float) -> None:
        """Look at each moment."""
        for self.now in moments:
            await self.dog.look()


@pytest.fixture
def sidecar() -> FakeSidecar:
    return FakeSidecar()


@pytest.fixture
async def http(sidecar: FakeSidecar) -> AsyncIterator[SidecarHttp]:
    async with TestServer(sidecar.application()) as server:
        http = SidecarHttp(host="127.0.0.1", port=server.port or 0, token=SIDECAR_TOKEN)
        yield http
        await http.aclose()


@pytest.fixture
def watched(sidecar: FakeSidecar, http: SidecarHttp) -> Watched:
    return Watched(sidecar, http, restart=True)


NOBODY = ({"workflows": {"connectedWorkers": 0}}, {"workflows": {}}, {"workflows": None}, {"id": "durably"})


async def test_a_sidecar_that_knows_of_the_stream_is_left_alone(watched: Watched, sidecar: FakeSidecar) -> None:
    await watched.look(*range(0, 600, 3))

    assert (watched.dog.locked, sidecar.shutdowns, watched.restarts) == (False, 0, 0)


@pytest.mark.parametrize("metadata", NOBODY)
async def test_a_sidecar_that_knows_of_no_worker_for_so_long_is_asked_to_end_once_and_counted(
    watched: Watched, sidecar: FakeSidecar, metadata: object
) -> None:
    sidecar.metadata = metadata

    await watched.look(0, 3, 14)
    assert (watched.dog.locked, sidecar.shutdowns) == (False, 0)

    await watched.look(15, 18, 21)
    assert (watched.dog.locked, sidecar.shutdowns, watched.restarts) == (True, 1, 1)
    assert sidecar.tokens == {SIDECAR_TOKEN}


async def test_it_is_over_when_the_stream_is_lost_and_the_next_one_is_known(
    watched: Watched, sidecar: FakeSidecar
) -> None:
    sidecar.metadata = NOBODY[0]
    await watched.look(0, 15)
    assert watched.dog.locked

    watched.opened_at = None
    await watched.look(18)
    assert not watched.dog.locked

    watched.opened_at, sidecar.metadata = 20.0, {"workflows": {"connectedWorkers": 1}}
    await watched.look(21, 60)
    assert (watched.dog.locked, sidecar.shutdowns) == (False, 1)


async def test_only_the_time_of_the_stream_that_is_open_counts(watched: Watched, sidecar: FakeSidecar) -> None:
    """It was lost and opened again between two looks."""
    sidecar.metadata = NOBODY[0]
    await watched.look(0, 12)
    watched.opened_at = 13.0

    await watched.look(15, 27)
    assert not watched.dog.locked
    await watched.look(28)
    assert watched.dog.locked


async def test_a_restart_that_did_not_help_is_tried_again_later_each_time(
    watched: Watched, sidecar: FakeSidecar
) -> None:
    sidecar.metadata = NOBODY[0]
    asked: list[int] = []
    for second in range(0, 1_200, 3):
        before = sidecar.shutdowns
        await watched.look(second)
        if sidecar.shutdowns > before:
            asked.append(second)

    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert asked[0] == 15
    assert gaps == sorted(gaps)
    assert 30 <= gaps[0] <= 36
    assert 300 <= gaps[-1] <= 306


async def test_a_sidecar_that_says_nothing_is_no_reason(watched: Watched, sidecar: FakeSidecar) -> None:
    sidecar.status = 500
    await watched.look(*range(0, 60, 3))
    sidecar.status, sidecar.metadata = 200, "no object"
    await watched.look(*range(60, 120, 3))

    assert (watched.dog.locked, sidecar.shutdowns, watched.restarts) == (False, 0, 0)


async def test_a_restart_that_is_refused_is_not_counted(watched: Watched, sidecar: FakeSidecar) -> None:
    sidecar.metadata, sidecar.takes_shutdowns = NOBODY[0], False

    await watched.look(0, 15, 18)

    assert (watched.dog.locked, sidecar.shutdowns, watched.restarts) == (True, 0, 0)


async def test_without_leave_to_restart_it_only_says_so(sidecar: FakeSidecar, http: SidecarHttp) -> None:
    watched = Watched(sidecar, http, restart=False)
    sidecar.metadata = NOBODY[0]

    await watched.look(*range(0, 60, 3))

    assert (watched.dog.locked, sidecar.shutdowns, watched.restarts) == (True, 0, 0)
