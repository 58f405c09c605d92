"""Starting workflows from their JSON Schemas."""

import pytest

from tests.web.conftest import Page, Picture
from tests.web.page_worker import PLAIN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_task_is_started_and_watched_until_it_has_finished(page: Page, picture: Picture) -> None:
    tab = page.tab
    await page.open("start", workflow="task_processing_workflow")
    await tab.type("textbox", "task_id (required)", "seen")
    await tab.type("textbox", "title", "Write the report")
    await tab.type("textbox", "assignee", "ada")
    await tab.type("textbox", "Instance id", "task-seen")
    await picture("start", height=1000)
    await tab.click("button", "Start")
    await tab.find("heading", "task-seen")
    await tab.read("Task seen assigned to ada")
    await tab.see("document.querySelector('dl .badge.completed') !== null", what="the status is completed")
    rows = "[...document.querySelectorAll('table.timeline tbody summary')].map((summary) => summary.innerText)"
    assert await tab.see(f"{rows}.length === 3 && {rows}") == ["validate_task", "assign_task", "send_notification"]
    await tab.see("document.querySelectorAll('rect.bar.done').length === 3")
    assert (await page.instance("task-seen"))["status"] == "completed"


async def test_a_wrong_field_is_told_of_beside_it_and_gets_the_focus(page: Page) -> None:
    tab = page.tab
    await page.open("start", workflow="order_processing_workflow")
    await tab.type("textbox", "order_id (required)", "has spaces")
    await tab.type("textbox", "sku (required)", "apple")
    await tab.type("textbox", "quantity (required)", "many")
    await tab.type("textbox", "unit_price_cents (required)", "100")
    await tab.type("textbox", "currency (required)", "EUR")
    await tab.click("button", "Start")
    wrong = "[...document.querySelectorAll('[aria-invalid]')].map((e) => e.dataset.field)"
    found = await tab.see(f"{wrong}.length && {wrong}", what="fields are marked")
    assert found == ["input.order_id", "input.customer", "input.lines.0.quantity"]
    assert await tab.run("document.activeElement.dataset.field") == "input.order_id"
    described = "document.activeElement.getAttribute('aria-describedby').split(' ')"
    told = await tab.run(f"{described}.map((id) => document.getElementById(id).textContent).join(' ')")
    assert "pattern" in told


async def test_every_kind_of_schema_becomes_a_field_that_is_sent_as_its_type(page: Page) -> None:
    tab = page.tab
    await page.open("start", workflow=PLAIN)
    await tab.type("textbox", "text (required)", "a")
    await tab.type("textbox", "whole (required)", "3")
    await tab.click("checkbox", "agreed")
    await tab.choose("size", "large")
    await tab.type("textbox", "street (required)", "Elm")
    await tab.click("button", "Add to tags")
    await tab.write("first")
    await tab.click("button", "Add to tags")
    await tab.write("second")
    await tab.click("button", "Remove the last of tags")
    await tab.type("textbox", "free", '{"one": 1}')
    await tab.type("textbox", "Instance id", "plain-form")
    await tab.click("button", "Start")
    await tab.find("heading", "plain-form")
    assert (await page.instance("plain-form"))["input"] == {
        "text": "a",
        "note": None,
        "number": 1.5,
        "whole": 3,
        "agreed": True,
        "size": "large",
        "place": {"street": "Elm", "floor": None},
        "elsewhere": None,
        "tags": ["first"],
        "places": [],
        "free": {"one": 1},
    }


async def test_the_input_can_be_written_as_json(page: Page) -> None:
    tab = page.tab
    await page.open("start", workflow=PLAIN)
    await tab.type("textbox", "text (required)", "from the form")
    await tab.click("checkbox", "Write the input as JSON")
    drawn = "document.querySelector('textarea').value.includes('from the form')"
    await tab.see(drawn, what="the JSON begins with what was in the form")
    await tab.type("textbox", "Input", '{"text": "raw", "whole": 1, ')
    await tab.click("button", "Start")
    await tab.read("This is not JSON.")
    await tab.type("textbox", "Input", '{"text": "raw", "whole": 1, "place": {"street": "Oak"}}')
    await tab.type("textbox", "Instance id", "plain-json")
    await tab.click("button", "Start")
    await tab.find("heading", "plain-json")
    assert (await page.instance("plain-json"))["input"]["place"]["street"] == "Oak"


async def test_a_workflow_that_is_not_there_is_said_not_to_be_and_another_can_be_chosen(page: Page) -> None:
    tab = page.tab
    await page.open("start", workflow="nope")
    await tab.read("There is no workflow nope.")
    assert await tab.run("document.querySelectorAll('main form').length") == 0
    await tab.choose("Workflow", PLAIN)
    await tab.see(f"document.querySelector('form[aria-label=\"Start {PLAIN}\"]') !== null", what="its form is there")
