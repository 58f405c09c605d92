"""The list: filters in the address, counts and rows that stay up to date, pages."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from durably.contracts.errors import UnavailableError
from durably.contracts.instances import InstanceStatus, InstanceView
from tests.harness.stack import Stack
from tests.harness.waiting import until
from tests.web.conftest import Page
from tests.web.page_worker import FRAGILE, PLAIN
from worker.adapters.documents import Documents
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar
from worker.index.index import InstanceIndex

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SHOWN = "[...document.querySelectorAll('table.instances tbody th')].map((cell) => cell.innerText)"
GIVEN = {"text": "a", "whole": 1, "place": {"street": "Elm"}}


async def test_filters_stand_in_the_address_and_the_back_button_takes_them_back(page: Page) -> None:
    tab = page.tab
    await page.start(PLAIN, GIVEN, "filtered-1", wait="20s")
    await page.start(FRAGILE, {"broken": True}, "filtered-2", wait="20s")
    await page.open(prefix="filtered-")
    await tab.see(f"String({SHOWN}) === 'filtered-2,filtered-1'", what="the address is a filter")
    await tab.run("document.querySelector('input[value=failed]').click()")
    await tab.see(f"String({SHOWN}) === 'filtered-2'", what="one is left")
    assert await tab.run("location.search") == "?status=failed&prefix=filtered-"
    await tab.run("history.back()")
    await tab.see(f"String({SHOWN}) === 'filtered-2,filtered-1'", what="both are back")
    assert await tab.run("document.querySelector('input[value=failed]').checked") is False
    await tab.type("searchbox", "Id begins with", "filtered-1")
    await tab.see(f"String({SHOWN}) === 'filtered-1'", what="a prefix filters while it is typed")
    await tab.click("link", "Clear the filters")
    await tab.see("location.search === '' && document.querySelector('#prefix').value === ''")


async def test_counts_and_rows_follow_what_happens_while_the_page_is_open(page: Page) -> None:
    tab = page.tab
    await page.open(prefix="live-")
    await tab.read("No instance fits these filters")
    count = "document.querySelector('input[value=completed] ~ .count')?.innerText"
    await tab.see(f"{count} === '0'", what="none is counted")
    await page.start(PLAIN, GIVEN, "live-1", wait="20s")
    await tab.see(f"String({SHOWN}) === 'live-1'", what="the new one is listed by itself")
    await tab.see(f"{count} === '1'", what="it is counted")


async def test_who_reads_a_row_is_not_disturbed_when_it_is_brought_up_to_date(page: Page) -> None:
    tab = page.tab
    await page.start(PLAIN, GIVEN, "steady-1", wait="20s")
    await page.open(prefix="steady-")
    await tab.see(f"String({SHOWN}) === 'steady-1'")
    await tab.run("document.querySelector('table.instances tbody a').focus()")
    await page.start(PLAIN, GIVEN, "steady-2", wait="20s")
    await tab.see(f"String({SHOWN}) === 'steady-2,steady-1'", what="another one is listed")
    assert await tab.run("document.activeElement.innerText") == "steady-1"


async def test_a_list_that_is_not_kept_up_to_date_asks_for_nothing(page: Page) -> None:
    tab = page.tab
    await page.open(prefix="still-")
    await tab.read("No instance fits these filters")
    await tab.click("checkbox", "Keep up to date")
    await page.start(PLAIN, GIVEN, "still-1", wait="20s")
    asked = len(tab.requests)
    await tab.run("document.dispatchEvent(new Event('visibilitychange'))")
    assert len(tab.requests) == asked
    await tab.click("checkbox", "Keep up to date")
    await tab.see(f"String({SHOWN}) === 'still-1'", what="it is kept up to date again")


async def test_pages_have_addresses_and_lead_on_and_back(page: Page) -> None:
    tab = page.tab
    await asyncio.gather(*(page.start(PLAIN, GIVEN, f"paged-{number:02}", wait="30s") for number in range(60)))
    await page.open(prefix="paged-")
    await tab.see(f"{SHOWN}.length === 50", what="the first page is full")
    first = await tab.run(SHOWN)
    await tab.click("link", "Next page")
    await tab.see(f"{SHOWN}.length === 10", what="the second page has the rest")
    both = [*first, *await tab.run(SHOWN)]
    assert sorted(both) == [f"paged-{number:02}" for number in range(60)], "each stands on one page"
    assert "cursor=" in await tab.run("location.search")
    await tab.click("link", "First page")
    await tab.see(f"{SHOWN}.length === 50", what="it is the first page again")


async def test_ten_thousand_instances_are_listed_filtered_and_counted_within_seconds(page: Page, stack: Stack) -> None:
    """A second index writes them, as a second worker would; what is shown of them comes from the first one."""
    await listed(stack, number=10_000)
    tab = page.tab
    await page.open()
    await tab.see(f"{SHOWN}.length === 50", what="the first page is there")
    counted = "document.querySelector('input[value=terminated] ~ .count').innerText.replace(/\\D/g, '')"
    await tab.see(f"Number({counted}) >= 5000", what="all are counted")
    began = time.monotonic()
    await tab.type("searchbox", "Id begins with", "many-09")
    await tab.see(f"{SHOWN}.length === 50 && {SHOWN}.every((id) => id.startsWith('many-09'))", what="they are filtered")
    filtered_s = time.monotonic() - began
    for _ in range(2):
        first = await tab.run(f"{SHOWN}[0]")
        await tab.click("link", "Next page")
        await tab.see(f"{SHOWN}.length === 50 && {SHOWN}[0] < '{first}'", what="the next page is there")
    assert filtered_s < 5
    assert await tab.run("document.querySelectorAll('*').length") < 1_500, "a page of rows is drawn, not all of them"


async def listed(stack: Stack, *, number: int) -> None:
    """Have so many instances in the index."""
    sidecar = Sidecar(host="127.0.0.1", port=stack.engine.grpc_port)
    index = InstanceIndex(Documents(sidecar, store="statestore"), Records(sidecar, store="statestore"), flush_s=0)
    running = asyncio.create_task(index.exchange.run())

    async def read() -> bool:
        await index.refresh()
        return True

    await until(read, what="the other workers' part is read", timeout_s=20, retry_on=(UnavailableError,))
    base = datetime(2026, 1, 1, tzinfo=UTC)
    for at in range(number):
        moment = base + timedelta(seconds=at)
        status = (InstanceStatus.COMPLETED, InstanceStatus.TERMINATED)[at % 2]
        view = InstanceView(
            instance_id=f"many-{at:05}", workflow=PLAIN, status=status, created_at=moment, updated_at=moment
        )
        index.seen(view)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await index.exchange.aclose()
    await sidecar.aclose()
