import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from durably.cli.gateway import PAYMENTS, add_gateway
from durably.cli.payments import Book
from durably.cli.receiver import receiving
from durably.contracts.names import IDEMPOTENCY_HEADER
from tests.harness.ports import free_port

INVOICE = {"order_id": "1", "customer": "ada", "amount_cents": 750, "currency": "EUR"}

Gateway = aiohttp.ClientSession


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "payments.jsonl")


@pytest.fixture
async def gateway(book: Book) -> AsyncIterator[Gateway]:
    app, port = web.Application(), free_port()
    add_gateway(app, book)
    async with receiving(app, port=port), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session


async def _charge(gateway: Gateway, key: str = "k1", **more: Any) -> tuple[int, Any]:
    headers = {IDEMPOTENCY_HEADER: key} if key else {}
    async with gateway.post(PAYMENTS, json=INVOICE | more, headers=headers) as answer:
        return answer.status, await answer.json()


async def _of(gateway: Gateway, key: str, method: str = "GET") -> tuple[int, Any]:
    async with gateway.request(method, f"{PAYMENTS}/{key}") as answer:
        return answer.status, await answer.json()


async def _switch(gateway: Gateway, **switches: float) -> int:
    async with gateway.put(f"{PAYMENTS}/switches", json=switches) as answer:
        return answer.status


async def test_a_charge_is_made_once_for_each_key(gateway: Gateway, book: Book) -> None:
    first, second = await _charge(gateway), await _charge(gateway)
    assert first == second
    assert (first[0], first[1]["status"]) == (200, "charged")
    assert [(e["key"], e["amount_cents"], e["status"]) for e in book.entries()] == [("k1", 750, "charged")]


async def test_it_says_what_became_of_a_key(gateway: Gateway) -> None:
    assert (await _of(gateway, "k1"))[0] == 404
    charged = await _charge(gateway)
    assert await _of(gateway, "k1") == charged


async def test_another_charge_under_the_same_key_is_refused(gateway: Gateway, book: Book) -> None:
    await _charge(gateway)
    assert (await _charge(gateway, amount_cents=751))[0] == 409
    assert len(book.entries()) == 1


async def test_a_void_charge_is_given_back_once(gateway: Gateway, book: Book) -> None:
    _, charged = await _charge(gateway)
    for _ in range(2):
        assert await _of(gateway, "k1", "DELETE") == (200, charged | {"status": "voided"})
    assert [(e["amount_cents"], e["status"]) for e in book.entries()] == [(750, "voided")]


async def test_nothing_is_charged_under_a_key_that_was_voided_first(gateway: Gateway) -> None:
    await _of(gateway, "k1", "DELETE")
    assert (await _charge(gateway))[1]["status"] == "voided"


async def test_it_declines_as_many_as_it_was_told_to(gateway: Gateway) -> None:
    await _switch(gateway, decline=1)
    declined = await _charge(gateway)
    assert (declined[0], declined[1]["status"], declined[1]["reason"]) == (402, "declined", "switched to decline")
    assert await _charge(gateway) == declined
    assert (await _charge(gateway, "k2"))[0] == 200


async def test_it_fails_as_often_as_it_was_told_to_before_it_looks_at_anything(gateway: Gateway, book: Book) -> None:
    await _switch(gateway, fail=3)
    assert (await _charge(gateway))[0] == 500
    assert (await _of(gateway, "k1"))[0] == 500
    assert (await _of(gateway, "k1", "DELETE"))[0] == 500
    assert book.entries() == []
    assert (await _charge(gateway))[0] == 200


async def test_a_charge_that_is_never_answered_was_made(gateway: Gateway, book: Book) -> None:
    await _switch(gateway, timeout_after_charge=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_charge(gateway), 0.3)
    assert [entry["status"] for entry in book.entries()] == ["charged"]
    assert (await _charge(gateway))[1]["status"] == "charged"


async def test_it_takes_as_long_as_it_was_told_to(gateway: Gateway) -> None:
    await _switch(gateway, slow_s=0.2)
    began = time.monotonic()
    await _charge(gateway)
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("wrong", [{"amount_cents": 0}, {"amount_cents": "7"}, {"currency": "eur"}, {"tip": 1}])
async def test_what_is_no_charge_is_refused(gateway: Gateway, book: Book, wrong: dict[str, Any]) -> None:
    assert (await _charge(gateway, **wrong))[0] == 400
    assert (await _charge(gateway, key=""))[0] == 400
    assert book.entries() == []


async def test_a_switch_that_it_does_not_have_is_refused(gateway: Gateway) -> None:
    assert await _switch(gateway, hang=1) == 400


async def test_everything_is_shown_and_known_after_a_restart(gateway: Gateway, tmp_path: Path) -> None:
    await _charge(gateway)
    await _charge(gateway, "k2")
    await _of(gateway, "k1", "DELETE")
    async with gateway.get(PAYMENTS) as answer:
        shown = (await answer.json())["payments"]
    assert [(entry["key"], entry["status"]) for entry in shown] == [("k1", "voided"), ("k2", "charged")]
    assert Book(tmp_path / "payments.jsonl").entries() == shown
