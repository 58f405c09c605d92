"""A server that cannot say what it is asked for: the page says so, and goes on once it can."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from durably.contracts.errors import DurablyError
from durably.contracts.names import CONTROL_HEADER
from tests.harness.browser import Browser
from tests.harness.ports import free_port
from tests.harness.processes import Process, answers
from tests.harness.stack import Stack
from tests.web.conftest import Page
from tests.web.page_worker import FAMILY

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FAULT = DurablyError("The history cannot be read.")


class Between:
    """Stands between an API and a worker, passes everything on, and can fail where histories are asked for.

    Attributes:
        broken: Whether it does.
        url: Where it listens.
    """

    def __init__(self, control_url: str, http: aiohttp.ClientSession) -> None:
        self.broken = True
        self.url = ""
        self._to = control_url
        self._http = http

    async def start(self, runner: web.AppRunner) -> None:
        """Listen."""
        await runner.setup()
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{port}"

    async def answer(self, request: web.Request) -> web.Response:
        """One request."""
        if self.broken and request.path.endswith("/history"):
            problem = FAULT.to_problem().model_dump_json()
            return web.Response(text=problem, status=FAULT.status, headers={CONTROL_HEADER: "1"})
        url, body = f"{self._to}{request.raw_path}", await request.read()
        async with self._http.request(request.method, url, data=body, headers=request.headers) as answer:
            headers = {CONTROL_HEADER: answer.headers.get(CONTROL_HEADER, "1")}
            return web.Response(
                body=await answer.read(), status=answer.status, headers=headers, content_type=answer.content_type
            )


@pytest_asyncio.fixture(loop_scope="session")
async def between(stack: Stack) -> AsyncIterator[Between]:
    async with aiohttp.ClientSession() as http:
        between = Between(stack.control_url, http)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", between.answer)
        runner = web.AppRunner(app)
        await between.start(runner)
        yield between
        await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def failing(between: Between, stack: Stack, browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """The page of an API that reads no history."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {"DURABLY_API_PORT": str(port), "DURABLY_API_CONTROL_URL": between.url, "DURABLY_API_LOG_FORMAT": "json"}
    log, ready = tmp_path / "api.log", answers(f"{url}/livez")
    api = Process("api", [sys.executable, "-m", "api"], log=log, env=env, ready=ready)
    await api.start()
    async with aiohttp.ClientSession(url) as http, browser.tab() as tab:
        yield Page(tab, stack, http, url=url)
    await api.stop()
    assert not tab.complaints


async def test_a_stream_that_fails_stays_told_of_until_it_goes_well(failing: Page, between: Between) -> None:
    tab = failing.tab
    await failing.start(FAMILY, {"said": "soon"}, "unreadable")
    await failing.open("instance", id="unreadable")
    problem = "document.getElementById('problem').innerText"
    await tab.see(f"{problem}.includes('The history cannot be read.')", what="the problem is told of")
    await tab.run(f"""
        window.said = [];
        new MutationObserver(() => window.said.push({problem} + document.querySelector('.live').innerText))
          .observe(document.body, {{ subtree: true, childList: true, characterData: true }})
    """)
    streams = len([url for url in tab.requests if url.endswith("/unreadable/events")])
    await tab.see("performance.getEntriesByName(location.origin + '/instances/unreadable/events').length >= 3")
    assert len([url for url in tab.requests if url.endswith("/unreadable/events")]) > streams
    said = await tab.run("window.said")
    assert all("The history cannot be read." in text for text in said), said
    assert not [text for text in said if "Live" in text or "lost" in text]
    between.broken = False
    await tab.read("Live")
    await tab.see(f"{problem} === ''", what="the problem is gone")
    await tab.see("document.querySelectorAll('table.timeline tbody tr').length === 3", what="the timeline is there")
