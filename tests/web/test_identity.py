"""Who the reader is, where the API wants to know it."""

import json
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from api.security.keys import hashed, new_key
from tests.harness.browser import Browser
from tests.harness.ports import free_port
from tests.harness.processes import Process, answers
from tests.harness.stack import Stack
from tests.web.conftest import Page
from tests.web.page_worker import FAMILY

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEY = new_key()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def guarded_url(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A second API on the same worker, which lets in holders of a key alone."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    entry = {"name": "grace", "sha256": hashed(KEY), "roles": ["viewer", "operator"]}
    env = {
        "DURABLY_API_PORT": str(port),
        "DURABLY_API_CONTROL_URL": stack.control_url,
        "DURABLY_API_AUTH": "keys",
        "DURABLY_API_KEYS": json.dumps([entry]),
        "DURABLY_API_LOG_FORMAT": "json",
    }
    log = tmp_path_factory.mktemp("guarded") / "api.log"
    api = Process("api", [sys.executable, "-m", "api"], log=log, env=env, ready=answers(f"{url}/livez"))
    await api.start()
    yield url
    await api.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def guarded(guarded_url: str, stack: Stack, browser: Browser) -> AsyncIterator[Page]:
    """The page of that API; its client has the key."""
    headers = {"Authorization": f"Bearer {KEY}"}
    async with aiohttp.ClientSession(guarded_url, headers=headers) as http, browser.tab() as tab:
        yield Page(tab, stack, http, url=guarded_url)
    assert not tab.complaints
    assert not [url for url in tab.requests if not url.startswith((f"{guarded_url}/", "data:"))]


async def test_a_token_is_asked_for_and_sent_with_every_request_the_stream_too(guarded: Page) -> None:
    tab = guarded.tab
    await guarded.open("instance", id="kept")
    await tab.find("heading", "Who are you?")
    await tab.type("textbox", "Access token", "wrong")
    await tab.click("button", "Save")
    await tab.find("heading", "Who are you?")
    await guarded.start(FAMILY, {}, "kept")
    await tab.type("textbox", "Access token", KEY)
    await tab.click("button", "Save")
    await tab.find("button", "Signed in with a token")
    await tab.read("Live")
    await tab.click("button", "Terminate")
    await tab.click("button", "Terminate")
    await tab.see("document.querySelector('dl .badge.terminated') !== null", what="it is terminated")
    assert not [url for url in tab.requests if KEY in url], "the key stands in no address"
    assert await tab.run("localStorage.length") == 0


async def test_a_role_that_is_missing_is_told_of(guarded: Page) -> None:
    tab = guarded.tab
    given = {"task_id": "withheld", "title": "x", "assignee": "y", "priority": 9}
    await guarded.start("task_processing_workflow", given, "withheld")
    await guarded.open()
    await tab.find("heading", "Who are you?")
    await tab.type("textbox", "Access token", KEY)
    await tab.click("button", "Save")
    await guarded.open("instance", id="withheld")
    await tab.click("radio", "Approve")
    await tab.click("button", "Send the decision")
    await tab.read("approver")
    told = await tab.see("document.querySelector('article [role=alert]').innerText")
    assert "approver" in told
