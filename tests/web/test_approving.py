"""The inbox of approvals."""

from typing import Any

import pytest

from tests.web.conftest import Page, Picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ORDER = {
    "customer": "Grace",
    "lines": [{"sku": "apple", "quantity": 1_000, "unit_price_cents": 100_000}],
    "currency": "EUR",
}


def task(task_id: str) -> dict[str, Any]:
    return {"task_id": task_id, "title": f"Move {task_id}", "assignee": "ada", "priority": 9}


async def named(page: Page, name: str) -> None:
    """Say who one is."""
    await page.tab.click("button", "Sign in")
    await page.tab.type("textbox", "Name", name)
    await page.tab.click("button", "Save")
    await page.tab.find("button", f"You are {name}")


async def test_an_order_above_the_limit_is_rejected_with_a_reason(page: Page, picture: Picture) -> None:
    tab = page.tab
    await page.start("order_processing_workflow", ORDER | {"order_id": "large"}, "order-large")
    await page.open("approvals")
    await tab.see("[...document.querySelectorAll('article a')].some((link) => link.innerText === 'order-large')")
    await picture("approvals")
    approvers = "document.querySelector('article:has(a[href*=order-large]) dl > div:nth-child(3) dd').innerText"
    await named(page, (await tab.run(approvers)).split(", ")[0])
    article = "document.querySelector('article:has(a[href*=order-large])')"
    await tab.see(f"{article} !== null", what="the inbox is drawn anew")
    await tab.run(f"{article}.querySelector('button[type=submit]').click()")
    await tab.read("Choose one.")
    await tab.run(f"{article}.querySelectorAll('input[type=radio]')[1].click()")
    await tab.run(f"{article}.querySelector('textarea').focus()")
    await tab.write("too many apples")
    await tab.run(f"{article}.querySelector('button[type=submit]').click()")
    await tab.see(f"{article} === null", what="it is gone from the inbox")
    view = await page.instance("order-large")
    assert view["output"]["status"] == "rejected", view
    assert "too many apples" in view["output"]["message"]


async def test_a_task_is_approved_on_its_own_page(page: Page) -> None:
    tab = page.tab
    await page.start("task_processing_workflow", task("urgent"), "task-urgent")
    await page.open("instance", id="task-urgent")
    await tab.read("Task urgent for ada, priority 9")
    await named(page, "team-leads")
    await tab.read("Task urgent for ada, priority 9")
    await tab.click("radio", "Approve")
    await tab.click("button", "Send the decision")
    await tab.read("Task urgent assigned to ada")
    assert (await page.instance("task-urgent"))["output"]["status"] == "completed"


async def test_who_may_not_vote_is_told_so_and_nothing_changes(page: Page) -> None:
    tab = page.tab
    await page.start("task_processing_workflow", task("guarded"), "task-guarded")
    await page.open("instance", id="task-guarded")
    await named(page, "eve")
    await tab.read("Task guarded for ada, priority 9")
    await tab.click("radio", "Approve")
    await tab.click("button", "Send the decision")
    await tab.see("document.querySelector('article [role=alert]').innerText.includes('eve')", what="eve is refused")
    async with page.http.get("/instances/task-guarded") as answer:
        assert (await answer.json())["status"] == "running"


async def test_the_inbox_of_one_person_has_an_address(page: Page) -> None:
    tab = page.tab
    await page.start("task_processing_workflow", task("theirs"), "task-theirs")
    await page.open("approvals", approver="team-leads")
    await tab.see("document.querySelector('article a[href*=task-theirs]') !== null", what="it waits for team-leads")
    await tab.type("textbox", "Waiting for", "nobody-at-all")
    await tab.key("Enter")
    await tab.read("Nothing waits for anybody.")
    assert await tab.run("location.search") == "?view=approvals&approver=nobody-at-all"
