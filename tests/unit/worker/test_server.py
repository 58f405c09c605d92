import asyncio
import socket

import aiohttp
import pytest
from aiohttp import web

from tests.harness.ports import free_port
from worker.server import HttpServer


async def test_a_request_whose_caller_has_gone_is_given_up() -> None:
    """A long poll would else be waited for to its end, for nobody."""
    begun, given_up = asyncio.Event(), asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()
        return web.Response()

    app = web.Application()
    app.router.add_get("/", hang)
    port = free_port()
    server = HttpServer(app, host="127.0.0.1", port=port, variable="PORT")
    await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            call = asyncio.ensure_future(session.get(f"http://127.0.0.1:{port}/"))
            await asyncio.wait_for(begun.wait(), 2)
            call.cancel()
            await asyncio.wait_for(given_up.wait(), 2)
    finally:
        await server.stop()


async def test_a_taken_port_stops_the_start_with_one_line_that_names_the_variable(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = HttpServer(web.Application(), host="127.0.0.1", port=port, variable="DURABLY_WORKER_PROBE_PORT")

        with pytest.raises(SystemExit) as stopped:
            await server.start()

    assert stopped.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"DURABLY_WORKER_PROBE_PORT: cannot listen on 127.0.0.1:{port}")
    await server.stop()
