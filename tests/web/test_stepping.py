"""Stepping through the history of an instance, on its page: what the code saw at each step."""

import re

import pytest

from tests.harness.waiting import until
from tests.web.conftest import Page, Picture
from tests.web.page_worker import FAMILY, FICKLE, FRAGILE, NOT_THERE, STEP

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TITLE = "document.querySelector('.replay h3').innerText"
SAID = "document.querySelector('[role=status][aria-live=polite]').textContent"
ROWS = "[...document.querySelectorAll('.replay .source tbody tr')].map((row) => [...row.cells].map((c) => c.innerText))"
EVIL = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"
TASK = {"title": "Write report", "assignee": "ada"}


async def opened(page: Page, instance_id: str) -> None:
    """Open the part of the page that steps through."""
    await page.open("instance", id=instance_id)
    await page.tab.see("!document.querySelector('.replay').closest('[hidden]')", what="the page is filled")
    await page.tab.run("document.querySelector('.replay > summary').click()")
    await at(page, 1)


async def at(page: Page, step: int) -> None:
    """Wait until a step is shown."""
    await page.tab.see(f"{TITLE}.startsWith('Step {step} of')", what=f"step {step} is shown")


async def ran(page: Page) -> dict[str, str]:
    """The lines that ran in the step that is shown: how, by their code."""
    rows = await page.tab.run(ROWS)
    return {code.split("\n")[0].strip(): how for _, how, code in rows if how}


async def done(page: Page, name: str) -> str:
    """The id of a task that has been processed."""
    instance_id = f"step-{name}"
    await page.start("task_processing_workflow", {"task_id": instance_id, **TASK}, instance_id, wait="30s")
    return instance_id


async def test_each_step_shows_the_lines_that_ran_what_the_code_saw_and_what_it_asked_for(
    page: Page, picture: Picture
) -> None:
    tab = page.tab
    await opened(page, await done(page, "lines"))
    lines = await ran(page)
    assert any("VALIDATE_TASK" in code and how == "new, waits here" for code, how in lines.items()), lines
    assert not any("ASSIGN_TASK" in code for code in lines)
    await tab.read("Nothing yet.")
    await tab.click("button", "Next step")
    await at(page, 2)
    lines = await ran(page)
    assert any("VALIDATE_TASK" in code and how == "again, new" for code, how in lines.items()), lines
    assert any("ASSIGN_TASK" in code and how == "new, waits here" for code, how in lines.items()), lines
    await tab.read("activity validate_task (id 1): new")
    await tab.click("button", "Next step")
    await at(page, 3)
    lines = await ran(page)
    assert any("VALIDATE_TASK" in code and how == "again" for code, how in lines.items()), lines
    await tab.read("activity validate_task (id 1): from the history")
    await tab.read("activity assign_task (id 2): new")
    await tab.run("document.querySelector('.replay').scrollIntoView()")
    await picture("replay", height=1000)
    await tab.click("button", "Last step")
    await tab.read("the end, completed")


async def test_arrow_keys_the_slider_and_the_address_go_through_the_steps(page: Page) -> None:
    tab = page.tab
    instance_id = await done(page, "keys")
    await opened(page, instance_id)
    await tab.run("document.querySelector('.steps button:not(:disabled)').focus()")
    await tab.key("ArrowRight")
    await at(page, 2)
    assert (await tab.run(SAID)).startswith("Step 2 of 4")
    await tab.run("document.querySelector('.steps input').focus()")
    await tab.key("ArrowRight")
    await at(page, 3)
    assert await tab.run("document.querySelector('.steps input').getAttribute('aria-valuetext')") == "Step 3 of 4"
    assert await tab.run("new URLSearchParams(location.search).get('step')") == "3"
    await page.open("instance", id=instance_id, step="3")
    await at(page, 3)
    await tab.run("document.querySelector('.steps input').focus()")
    await tab.key("ArrowLeft")
    await at(page, 2)


async def test_a_button_that_goes_out_of_use_hands_the_focus_to_the_slider(page: Page) -> None:
    tab = page.tab
    await opened(page, await done(page, "focus"))
    await tab.click("button", "Last step")
    await at(page, 4)
    assert await tab.run("document.querySelectorAll('.steps button:disabled').length") == 2
    assert await tab.run("document.activeElement.type") == "range"


async def test_what_came_later_is_there_when_it_is_replayed_again(page: Page) -> None:
    tab = page.tab
    await page.start(FAMILY, {"said": "hello"}, "step-waits")
    await waits(page, "step-waits")
    await opened(page, "step-waits")
    steps = int((await tab.run(TITLE)).split(" of ")[1].split(":")[0])
    async with page.http.post("/instances/step-waits/events/go", json={"now": True}) as answer:
        assert answer.status == 202
    assert (await page.instance("step-waits"))["status"] == "completed"
    await tab.click("button", "Replay again")
    await tab.see(f"{TITLE}.match(/ of (\\d+):/)[1] > {steps}", what="there are more steps")


async def waits(page: Page, instance_id: str) -> None:
    """Return once the instance waits for the event `go`."""

    async def asked() -> bool:
        async with page.http.get(f"/instances/{instance_id}/history") as answer:
            events = (await answer.json())["events"] if answer.ok else []
        return any(event.get("waits_for") == "go" for event in events)

    await until(asked, what=f"{instance_id} waits for an event", timeout_s=20)


async def test_a_failure_that_the_code_was_given_is_shown_and_text_is_never_markup(page: Page) -> None:
    tab = page.tab
    await page.start(FRAGILE, {"text": EVIL, "broken": True}, "step-evil", wait="20s")
    await opened(page, "step-evil")
    await tab.click("button", "Last step")
    await tab.read("the end, failed")
    assert EVIL in await tab.run("document.querySelector('.replay').textContent")
    assert await tab.run("window.ran === undefined && document.querySelectorAll('main img, main script').length === 0")


async def test_what_the_code_does_otherwise_than_recorded_is_said_with_the_line(page: Page) -> None:
    tab = page.tab
    await page.start(FICKLE, {"text": "one"}, "step-differs")
    await page.open("instance", id="step-differs")
    await tab.see("document.querySelector('.facts .badge.stalled') !== null", what="it is held back")
    await opened(page, "step-differs")
    said = await tab.run("document.querySelector('.replay .differs').innerText")
    assert f"activity {STEP} (id 1)" in said
    assert f"activity {NOT_THERE} (id 1)" in said
    assert re.search(r"page_worker\.py:\d+", said)


async def test_a_worker_that_does_not_answer_is_said_and_asked_again_when_it_is_opened_again(page: Page) -> None:
    tab = page.tab
    instance_id = await done(page, "away")
    await page.open("instance", id=instance_id)
    await tab.see("document.querySelectorAll('table.timeline tbody tr').length === 3", what="the timeline is there")
    page.stack.worker.kill()
    try:
        await tab.run("document.querySelector('.replay > summary').click()")
        said = "document.querySelector('.replay .differs')?.innerText"
        await tab.see(f"{said}.startsWith('No worker')", what="it is said that no worker answers")
    finally:
        await page.stack.worker.start()
    await tab.run("document.querySelector('.replay > summary').click()")
    await tab.run("document.querySelector('.replay > summary').click()")
    await at(page, 1)
    assert not await tab.run("document.querySelector('.replay .differs') !== null")
