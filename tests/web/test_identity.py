"""Who the reader is, where the API wants to know it."""

import json
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from api.security.keys import hashed, new_key
from tests.harness.browser import Browser, Tab
from tests.harness.ports import free_port
from tests.harness.processes import Process, answers
from tests.harness.stack import Stack
from tests.web.conftest import Page
from tests.web.page_worker import FAMILY, PLAIN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEY = new_key()
VIEWER_KEY = new_key()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def guarded_url(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A second API on the same worker, which lets in holders of a key alone."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    grace = {"name": "grace", "sha256": hashed(KEY), "roles": ["viewer", "operator"]}
    vera = {"name": "vera", "sha256": hashed(VIEWER_KEY), "roles": ["viewer"]}
    env = {
        "DURABLY_API_PORT": str(port),
        "DURABLY_API_CONTROL_URL": stack.control_url,
        "DURABLY_API_AUTH": "keys",
        "DURABLY_API_KEYS": json.dumps([grace, vera]),
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


async def asked_for(tab: Tab, *, token: bool) -> None:
    """Assert that the question who one is asks for that alone, and has the focus in it."""
    label = "Access token" if token else "Name"
    await tab.find("textbox", label)
    labels = "[...document.querySelectorAll('dialog label')].map((one) => one.innerText)"
    assert await tab.run(labels) == [label]
    assert await tab.run("document.activeElement.labels[0].innerText") == label


async def test_where_no_token_is_asked_for_a_name_is_all_that_one_gives(page: Page) -> None:
    tab = page.tab
    await page.open()
    await tab.click("button", "Sign in")
    await asked_for(tab, token=False)
    await tab.write("grace")
    await tab.key("Enter")
    await tab.find("button", "You are grace")
    await page.start(FAMILY, {}, "named-by-enter")
    await page.open("instance", id="named-by-enter")
    await tab.click("button", "Terminate")
    await tab.type("textbox", "Reason", "enough")
    await tab.click("button", "Terminate")
    await tab.read("grace: enough")


async def test_a_token_is_asked_for_and_sent_with_every_request_the_stream_too(guarded: Page) -> None:
    tab = guarded.tab
    await guarded.open("instance", id="kept")
    await tab.find("heading", "Who are you?")
    await asked_for(tab, token=True)
    await tab.type("textbox", "Access token", "wrong")
    await tab.click("button", "Save")
    await tab.read("The API key is not known here.")
    await guarded.start(FAMILY, {}, "kept")
    await tab.type("textbox", "Access token", KEY)
    await tab.click("button", "Save")
    await tab.find("button", "You are grace")
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
    await tab.read("This takes the role approver, which grace does not have.")
    await tab.find("button", "Terminate")
    assert await tab.run("document.querySelectorAll('article form').length") == 0


async def test_a_viewer_is_offered_nothing_that_takes_another_role(guarded: Page) -> None:
    tab = guarded.tab
    await guarded.start(PLAIN, {"text": "a", "whole": 1, "place": {"street": "b"}}, "watched", wait="20s")
    await guarded.open("instance", id="watched")
    await tab.type("textbox", "Access token", VIEWER_KEY)
    await tab.click("button", "Save")
    await tab.find("button", "You are vera")
    await tab.see("document.querySelector('dl .badge.completed') !== null", what="the instance is shown")
    assert await tab.run("document.querySelectorAll('main [aria-label=Actions] button').length") == 0
    await tab.click("link", "Start")
    await tab.read("This takes the role operator, which vera does not have.")


async def test_counts_that_are_not_known_are_no_numbers(guarded: Page) -> None:
    tab = guarded.tab
    await guarded.open()
    await tab.find("heading", "Who are you?")
    counts = "[...document.querySelectorAll('.filters .count')].map((one) => one.innerText)"
    assert set(await tab.run(counts)) == {""}
    await tab.type("textbox", "Access token", KEY)
    await tab.click("button", "Save")
    await tab.see(f"{counts}.every((count) => count !== '')", what="the counts are there")
