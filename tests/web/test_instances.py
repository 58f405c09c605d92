"""One instance: its timeline, and everything that one can do with it."""

import socket

import pytest

from tests.harness.waiting import until
from tests.web.conftest import Page, Picture
from tests.web.page_worker import FAMILY, FRAGILE, PLAIN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EVIL = """<img src=x onerror="window.ran = 1"><script>window.ran = 1</script>"""


async def test_a_failed_one_is_found_and_rerun_with_another_input(page: Page, picture: Picture) -> None:
    tab = page.tab
    await page.start(FRAGILE, {"text": "one", "broken": False}, "fragile-good", wait="20s")
    await page.start(FRAGILE, {"text": "two", "broken": True}, "fragile-bad", wait="20s")
    await page.open()
    await tab.find("link", "fragile-bad")
    await picture("list")
    await picture("list-dark", scheme="dark")
    await page.open(prefix="fragile-")
    await tab.see("document.querySelector('input[value=failed] ~ .count').innerText === '1'", what="one has failed")
    await tab.run(f"document.querySelector('input[value={FRAGILE}]').click()")
    await tab.run("document.querySelector('input[value=failed]').click()")
    shown = "[...document.querySelectorAll('table.instances tbody th')].map((cell) => cell.innerText).join()"
    await tab.see(f"{shown} === 'fragile-bad'", what="only the failed one is listed")
    await tab.click("link", "fragile-bad")
    await tab.read("broken: two")
    timeline = (
        "[...document.querySelectorAll('table.timeline tbody tr')].map((r) => [...r.cells].map((c) => c.innerText))"
    )
    rows = await tab.see(f"{timeline}.length === 2 && {timeline}", what="two steps are in the timeline")
    assert [(row[1], row[2], row[7].split()[-1]) for row in rows] == [
        ("activity", "1", "done"),
        ("activity", "3", "failed"),
    ]
    await picture("failed")
    await tab.click("button", "Rerun")
    chosen = await tab.see("document.querySelector('dialog select')?.selectedOptions[0].text")
    assert chosen.endswith("activity take_step, failed")
    await tab.type("textbox", "New input of that event", '{"text": "mended"}')
    await tab.type("textbox", "Id of the new instance", "fragile-again")
    await tab.click("button", "Rerun")
    await tab.find("heading", "fragile-again")
    await tab.read('"said": "mended"')
    assert (await page.instance("fragile-again"))["output"] == {"said": "mended"}


async def test_one_that_completed_is_rerun_only_if_that_is_insisted_on(page: Page) -> None:
    tab = page.tab
    await page.start(FRAGILE, {"text": "one"}, "fragile-done", wait="20s")
    await page.open("instance", id="fragile-done")
    await tab.click("button", "Sign in")
    await tab.type("textbox", "Name", "grace")
    await tab.click("button", "Save")
    await tab.find("button", "You are grace")
    await tab.click("button", "Rerun")
    await tab.type("textbox", "Id of the new instance", "fragile-twice")
    await tab.click("button", "Rerun")
    told = await tab.see("document.querySelector('dialog [role=alert]').innerText", what="the dialog says no")
    assert "fragile-done" in told or "completed" in told
    await tab.click("checkbox", "Run it again although it completed")
    await tab.click("button", "Rerun")
    await tab.find("heading", "fragile-twice")
    pairs = (
        "[...document.querySelectorAll('dl.facts div')].map((one) => [...one.children].map((each) => each.textContent))"
    )
    facts = f"Object.fromEntries({pairs})"
    shown = await tab.see(f"{facts}['Rerun of'] && {facts}", what="the page says what it is a rerun of")
    assert shown["Started by"] == "grace"
    assert shown["Rerun of"].startswith("fragile-done from event ")
    await tab.click("link", "fragile-done")
    await tab.find("heading", "fragile-done")


async def test_the_timeline_says_who_raised_an_event(page: Page) -> None:
    tab = page.tab
    await page.start(FAMILY, {"said": "hello"}, "family-by")
    for name in ("other", "go"):
        async with page.http.post(f"/instances/family-by/events/{name}", headers={"Durably-User": "grace"}) as answer:
            assert answer.status == 202
    assert (await page.instance("family-by"))["status"] == "completed"
    await page.open("instance", id="family-by")
    said = "[...document.querySelectorAll('table.timeline details')].map((one) => one.textContent)"
    await tab.see(f"{said}.filter((text) => text.includes('By grace')).length === 2", what="both events say who")


async def test_the_timeline_shows_which_worker_ran_each_attempt_and_from_when(page: Page) -> None:
    tab = page.tab
    await page.start(FRAGILE, {"text": "one", "broken": True}, "fragile-ran", wait="20s")
    await page.open("instance", id="fragile-ran")
    items = "[...document.querySelectorAll('ul.attempts li')].map((item) => item.textContent)"
    shown = await tab.see(f"{items}.length === 4 && {items}", what="four attempts are listed")
    assert all(each.startswith(f"Worker {socket.gethostname()}-") for each in shown)
    assert [each.split()[-1] for each in shown] == ["done", "failed", "failed", "failed"]
    started = (
        "[...document.querySelectorAll('table.timeline tbody tr')].map((row) => row.cells[4].innerText).filter(Boolean)"
    )
    assert await tab.run(f"{started}.length") == 2


async def test_the_timeline_shows_timers_children_with_a_link_and_events_as_they_come(
    page: Page, picture: Picture
) -> None:
    tab = page.tab
    await page.start(FAMILY, {"said": "hello"}, "family")
    await page.open("instance", id="family")
    await tab.see("document.querySelector('tbody .badge.done') !== null")
    await tab.see("[...document.querySelectorAll('table.timeline td')].some((cell) => cell.innerText === 'child')")
    await tab.click("button", "Raise an event")
    await tab.type("textbox", "Event (required)", "go")
    await tab.type("textbox", "Payload", '{"with": "wind"}')
    await tab.click("button", "Raise it")
    await tab.read("completed")
    assert (await page.instance("family"))["output"] == {"said": ["hello", {"with": "wind"}]}
    kinds = "[...document.querySelectorAll('table.timeline tbody tr')].map((row) => row.cells[1].innerText)"
    await tab.see(f"String({kinds}) === 'timer,child,wait'", what="the timeline has a timer, a child and a wait")
    await tab.see("document.querySelector('.why .badge.completed') !== null", what="the verdict has followed")
    await picture("family")
    await tab.run("for (const details of document.querySelectorAll('table.timeline details')) details.open = true")
    child = await tab.run("document.querySelector('table.timeline a').textContent")
    await tab.run("document.querySelector('table.timeline a').click()")
    await tab.find("heading", child)
    await tab.read('"street": "Elm"')


async def test_pausing_resuming_and_terminating_ask_first_and_record_who_and_why(page: Page) -> None:
    tab = page.tab
    await page.start(FAMILY, {"said": "hello"}, "steered")
    await page.open("instance", id="steered")
    await tab.click("button", "Sign in")
    await tab.type("textbox", "Name", "grace")
    await tab.click("button", "Save")
    await tab.find("button", "You are grace")
    for action, status in (("Pause", "suspended"), ("Resume", "running")):
        await tab.click("button", action)
        await tab.click("button", "Cancel")
        await tab.see("document.querySelector('dialog') === null")
        await tab.click("button", action)
        await tab.click("button", action)
        await tab.see(f"document.querySelector('dl .badge.{status}') !== null", what=f"it is {status}")
    await tab.click("button", "Terminate")
    await tab.type("textbox", "Reason", "not wanted any more")
    await tab.click("button", "Terminate")
    await tab.see("document.querySelector('dl .badge.terminated') !== null", what="it is terminated")
    await tab.read("grace: not wanted any more")


async def test_purging_forgets_it_and_returns_to_the_list(page: Page) -> None:
    tab = page.tab
    await page.start(PLAIN, {"text": "a", "whole": 1, "place": {"street": "b"}}, "forgotten", wait="20s")
    await page.open("instance", id="forgotten")
    await tab.click("button", "Purge")
    await tab.read("are deleted")
    await tab.click("button", "Purge")
    await tab.find("heading", "Instances")
    async with page.http.get("/instances/forgotten") as answer:
        assert answer.status == 404


async def test_an_instance_that_is_not_there_is_said_not_to_be(page: Page) -> None:
    await page.open("instance", id="nobody")
    alert = await page.tab.see("document.getElementById('problem').innerText")
    assert "nobody" in alert


async def test_text_from_a_payload_is_shown_and_never_run(page: Page) -> None:
    tab = page.tab
    await page.start(PLAIN, {"text": EVIL, "whole": 1, "place": {"street": EVIL}}, "evil", wait="20s")
    await page.start(FRAGILE, {"text": EVIL, "broken": True}, "evil-failure", wait="20s")
    for instance_id in ("evil", "evil-failure"):
        await page.open("instance", id=instance_id)
        await tab.read("onerror=")
        await tab.run("for (const details of document.querySelectorAll('details')) details.open = true")
        await tab.read("<script>window.ran = 1</script>")
        assert await tab.run(
            "window.ran === undefined && document.querySelectorAll('main img, main script').length === 0"
        )


async def test_a_policy_refuses_markup_from_text_and_inline_scripts(page: Page) -> None:
    """The second wall: even a mistake in the page's own code could not run what is in a payload."""
    tab = page.tab
    await page.open()
    refused = "try { document.body.innerHTML = '<p>x</p>'; 'taken' } catch (error) { error.name }"
    assert await tab.run(refused) == "TypeError"
    inline = """
        const script = document.createElement("script");
        try { script.text = "window.ran = 1"; document.body.append(script); } catch { /* refused at once */ }
        window.ran === undefined
    """
    assert await tab.run(inline) is True
    tab.complaints.clear()  # what was refused is told of in the console, as it should be


async def test_a_page_whose_server_restarts_takes_up_the_stream_where_it_was(page: Page) -> None:
    tab = page.tab
    await page.start(FAMILY, {"said": "patience"}, "patient")
    await page.open("instance", id="patient")
    await tab.read("Live")
    rows = "document.querySelectorAll('table.timeline tbody tr').length"
    before = await tab.see(f"{rows} === 3 && {rows}", what="a timer, a child and a wait are there")
    page.stack.api.kill()
    await tab.read("The connection is lost")
    await page.stack.api.start()
    await tab.read("Live")

    async def raised() -> bool:
        async with page.http.post("/instances/patient/events/go", json=1) as answer:
            return answer.status == 202

    await until(raised, what="the API takes the event")
    await tab.see("document.querySelector('dl .badge.completed') !== null", what="it is completed")
    assert await tab.run(rows) == before
    await tab.run("document.querySelector('main > div > div > details').open = true")
    whole = "JSON.parse(document.querySelector('main > div > div > details pre').textContent)"
    async with page.http.get("/instances/patient/history") as answer:
        events = [event["type"] for event in (await answer.json())["events"]]
    assert await tab.run(f"{whole}.map((event) => event.type)") == events, "each event arrived once, in its order"
