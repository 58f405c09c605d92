"""Why an instance is where it is, as its page says; and the workers."""

import json
import socket

import pytest

from tests.harness.waiting import true, until
from tests.web.conftest import Page, Picture
from tests.web.page_worker import FAMILY, FORGOTTEN, FRAGILE, NOT_THERE, PARENT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONTROL = 2
EVIL = """<img src=x onerror="window.ran = 1"><script>window.ran = 1</script>"""
VERDICT = "document.querySelector('.why .verdict .badge')?.innerText.split('\\n').at(-1).replace(/^[^a-z]+/, '')"
SAID = "document.querySelector('[role=status][aria-live=polite]').textContent"


async def verdict(page: Page, expected: str) -> None:
    """Wait until the page gives this verdict."""
    await page.tab.see(f"{VERDICT} === {json.dumps(expected)}", what=f"the verdict is {expected!r}", timeout_s=30)


async def raised(page: Page, instance_id: str, event: str) -> None:
    """Raise an event."""
    async with page.http.post(f"/instances/{instance_id}/events/{event}", json={}) as answer:
        assert answer.status == 202


def asked(page: Page) -> int:
    """How often the page has asked why."""
    return sum(url.endswith("/why") for url in page.tab.requests)


async def test_what_it_waits_for_is_said_and_the_verdict_follows_what_happens(page: Page) -> None:
    tab = page.tab
    await page.start(FAMILY, {"said": "hello"}, "why-waits")
    await page.open("instance", id="why-waits")
    await verdict(page, "waiting for event")
    assert "go" in await tab.run("document.querySelector('.why .verdict').innerText")
    assert not await tab.run("document.querySelector('.why details').open"), "what is well takes no room"
    await raised(page, "why-waits", "go")
    await verdict(page, "finished")
    assert await tab.run("!document.querySelector('.why').classList.contains('unwell')")


async def test_an_activity_that_no_worker_has_is_named_with_evidence_and_what_to_type(
    page: Page, picture: Picture
) -> None:
    tab = page.tab
    await page.start(FORGOTTEN, {"text": "one"}, "why-forgotten")
    await page.open("instance", id="why-forgotten")
    await verdict(page, "activity not registered")
    assert NOT_THERE in await tab.run("document.querySelector('.why .verdict').innerText")
    assert await tab.run("document.querySelector('.why details').open"), "what is not well is open"
    await tab.find("heading", "Why is it here?")
    await tab.see("document.querySelectorAll('table.timeline tbody tr').length === 2", what="the timeline is there")
    await picture("why", height=1000)
    link = await tab.run("document.querySelector('.why .evidence button').getAttribute('aria-label')")
    await tab.click("button", link)
    row = "document.activeElement.closest('table.timeline tr')"
    await tab.see(f"{row}?.innerText.includes('{NOT_THERE}')", what="the event's row has the focus")
    await tab.see(f"{row}.getBoundingClientRect().bottom <= innerHeight", what="the row is in sight")


async def test_a_command_is_copied_as_it_stands(page: Page) -> None:
    tab = page.tab
    await page.start(FORGOTTEN, {"text": "one"}, "why-copied")
    await page.open("instance", id="why-copied")
    await verdict(page, "activity not registered")
    command = await tab.run("document.querySelector('.why .command code').textContent")
    await tab.click("button", f"Copy {command}")
    await tab.see(f"{SAID} === 'Copied'", what="it is said to be copied")
    await tab.click("button", "Raise an event")
    await tab.type("textbox", "Event (required)", "")
    await tab.ask("Input.dispatchKeyEvent", type="keyDown", key="v", code="KeyV", modifiers=CONTROL, commands=["paste"])
    assert await tab.run("document.activeElement.value") == command, "what is pasted is the command"


async def test_the_diagnosis_of_a_child_is_part_of_its_parents(page: Page) -> None:
    tab = page.tab
    await page.start(PARENT, {"text": "one"}, "why-parent")
    await page.open("instance", id="why-parent")
    await tab.see("document.querySelector('.why .child .badge.failed') !== null", what="the child is not well")
    await verdict(page, "waiting for child")
    assert await tab.run("document.querySelector('.why').classList.contains('unwell')"), "so its parent is not either"
    child = await tab.run("document.querySelector('.why .child a').innerText")
    await tab.click("link", child)
    await tab.find("heading", child)
    await verdict(page, "activity not registered")


async def test_where_no_worker_answers_the_page_says_so_and_goes_on_when_one_does(page: Page) -> None:
    tab = page.tab
    await page.start(FAMILY, {"said": "hello"}, "why-alone")
    page.stack.worker.kill()
    try:
        await page.open("instance", id="why-alone")
        await verdict(page, "no worker")
        assert await tab.run("document.querySelectorAll('.why .command').length > 0")
    finally:
        await page.stack.worker.start()
    await verdict(page, "waiting for event")
    await tab.see("document.querySelectorAll('table.timeline tbody tr').length === 3", what="the timeline is there")


async def test_a_verdict_that_changes_is_announced(page: Page) -> None:
    await page.start(FORGOTTEN, {"text": "one"}, "why-announced")
    await page.open("instance", id="why-announced")
    await verdict(page, "activity not registered")
    async with page.http.post("/instances/why-announced/pause") as answer:
        assert answer.status == 202
    await page.tab.see(f"{SAID} === 'why-announced: paused'", what="the new verdict is announced")


async def test_who_is_about_to_copy_a_command_is_not_disturbed_by_the_next_look(page: Page) -> None:
    tab = page.tab
    await page.start(FORGOTTEN, {"text": "one"}, "why-steady")
    await page.open("instance", id="why-steady")
    await verdict(page, "activity not registered")
    await tab.run("window.kept = document.querySelector('.why .command button'); window.kept.focus()")
    since = await tab.run("document.querySelector('.why .facts').innerText")
    await tab.see(f"document.querySelector('.why .facts').innerText !== {json.dumps(since)}", what="it was asked again")
    assert await tab.run("window.kept.isConnected && document.activeElement === window.kept")


async def test_however_much_happens_it_is_asked_every_two_seconds_at_most(page: Page) -> None:
    tab = page.tab
    await page.start(FAMILY, {"said": "hello"}, "why-often")
    await page.open("instance", id="why-often")
    await verdict(page, "waiting for event")
    before, began = asked(page), await tab.run("performance.now()")
    for number in range(30):
        await raised(page, "why-often", f"other{number}")
    await tab.see("document.querySelector('.raw pre')?.textContent.includes('other29')", what="all of it has come")
    await tab.see(f"performance.now() > {began} + 4_500", what="some time has passed")
    seconds = (await tab.run("performance.now()") - began) / 1_000
    assert 1 <= asked(page) - before <= seconds / 2 + 1


async def test_nothing_is_asked_while_nobody_sees_the_page(page: Page) -> None:
    tab = page.tab
    await page.start(FORGOTTEN, {"text": "one"}, "why-unseen")
    await page.open("instance", id="why-unseen")
    await verdict(page, "activity not registered")
    hide = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.unseen })"
    await tab.run(f"window.unseen = true; {hide}; document.dispatchEvent(new Event('visibilitychange'))")
    before, began = asked(page), await tab.run("performance.now()")
    await tab.see(f"performance.now() > {began} + 5_000", what="the next look would have been due")
    assert asked(page) == before
    await tab.run("window.unseen = false; document.dispatchEvent(new Event('visibilitychange'))")
    await until(true(lambda: asked(page) > before), what="it is asked again")


async def test_text_from_a_payload_in_a_diagnosis_is_shown_and_never_run(page: Page) -> None:
    tab = page.tab
    await page.start(FRAGILE, {"text": EVIL, "broken": True}, "why-evil", wait="20s")
    await page.open("instance", id="why-evil")
    await verdict(page, "failed")
    await tab.run("document.querySelector('.why details').open = true")
    panel = await tab.run("document.querySelector('.why').textContent")
    assert EVIL in panel
    assert "page_worker.py" in panel, "the stack is there"
    assert await tab.run("window.ran === undefined && document.querySelectorAll('main img, main script').length === 0")


async def test_workers_are_listed_with_what_they_hold_back(page: Page) -> None:
    tab = page.tab
    await page.start(FORGOTTEN, {"text": "one"}, "why-held")
    await page.open("workers")
    cells = (
        "[...document.querySelectorAll('table tbody tr')].map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    rows = await tab.see(f"{cells}.some((row) => /[1-9]/.test(row[5])) && {cells}", what="something is held back")
    [worker] = [row for row in rows if row[0].startswith(f"{socket.gethostname()}-")]
    assert worker[3].endswith("connected")
    await tab.run("document.querySelector('table summary').click()")
    await tab.see("[...document.querySelectorAll('table a')].some((link) => link.innerText === 'why-held')")
    await tab.read(f"{FORGOTTEN} v1")
    await tab.run("[...document.querySelectorAll('table a')].find((link) => link.innerText === 'why-held').click()")
    await tab.find("heading", "why-held")
