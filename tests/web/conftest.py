"""One stack and one browser for all tests of the web page; each test has a tab of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image

from tests.harness.browser import Browser, Tab, browsing
from tests.harness.stack import Stack
from tests.harness.waiting import until

PICTURES: Final = Path(__file__).parents[2] / "docs/images"

Picture = Callable[..., Awaitable[None]]


class Page:
    """The web page in a tab, and the API behind it.

    Args:
        tab: The tab.
        stack: What serves it.
        http: A client of the API.
        url: The API's address, if it is not that of the stack.

    Attributes:
        tab: The tab.
        stack: What serves it.
        http: A client of the API.
    """

    def __init__(self, tab: Tab, stack: Stack, http: aiohttp.ClientSession, *, url: str = "") -> None:
        self.tab = tab
        self.stack = stack
        self.http = http
        self._url = url or stack.url

    async def open(self, view: str = "", **parameters: str) -> None:
        """Go to a view, and wait until it is drawn."""
        query = urlencode(({"view": view} if view else {}) | parameters)
        await self.tab.goto(f"{self._url}/?{query}")
        await self.tab.see("document.querySelector('main h1') !== null")

    async def start(self, workflow: str, given: dict[str, Any], instance_id: str, *, wait: str = "") -> dict[str, Any]:
        """Start an instance through the API."""
        body = {"input": given, "instance_id": instance_id}
        query = {"wait": wait} if wait else {}

        async def asked() -> dict[str, Any]:
            async with self.http.post(f"/workflows/{workflow}", json=body, params=query) as answer:
                answer.raise_for_status()
                started: dict[str, Any] = await answer.json()
                return started

        # An engine on a busy machine may take too long; asking again is safe.
        return await until(asked, what=f"{instance_id} is started", retry_on=(aiohttp.ClientResponseError,))

    async def instance(self, instance_id: str) -> dict[str, Any]:
        """An instance as the API shows it, once it has ended or half a minute is over."""
        async with self.http.get(f"/instances/{instance_id}", params={"wait": "30s"}) as answer:
            view: dict[str, Any] = await answer.json()
            return view


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    stack = Stack(
        tmp_path_factory.mktemp("web"),
        engine="embedded",
        worker_module="tests.web.page_worker",
        env={"DURABLY_WORKER_LOG_LEVEL": "WARNING"},
    )
    await stack.start()
    yield stack
    await stack.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with browsing(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def page(stack: Stack, browser: Browser) -> AsyncIterator[Page]:
    """A new tab; in the end nothing may have gone wrong in it, and nothing may have left the server's origin."""
    async with aiohttp.ClientSession(stack.url) as http, browser.tab() as tab:
        yield Page(tab, stack, http)
    assert not tab.complaints
    assert not [url for url in tab.requests if not url.startswith((f"{stack.url}/", "data:"))]


@pytest.fixture
def picture(page: Page, request: pytest.FixtureRequest) -> Picture:
    """Write a picture for the documentation, where the run was asked for it."""

    async def take(name: str, *, scheme: str = "light", height: int = 760) -> None:
        if request.config.getoption("--pictures"):
            await page.tab.colours(scheme)
            shown = Image.open(BytesIO(await page.tab.screenshot(height=height)))
            shown.convert("RGB").quantize(256).save(PICTURES / f"web-{name}.png", optimize=True)

    return take
