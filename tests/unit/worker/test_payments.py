import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from durably.cli.gateway import PAYMENTS, add_gateway
from durably.cli.payments import Book
from durably.cli.receiver import receiving
from durably.contracts.orders import Charge
from tests.harness.ports import free_port
from worker.activities.ports import PaymentError
from worker.adapters.payments import HttpPaymentGateway, NoGateway

CHARGE = Charge(key="k/1", order_id="1", customer="ada", amount_cents=750, currency="EUR")


def _scripted(status: int, body: str) -> web.Application:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    return app


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def gateway(http: aiohttp.ClientSession, port: int) -> HttpPaymentGateway:
    return HttpPaymentGateway(http, url=f"http://127.0.0.1:{port}{PAYMENTS}/", timeout_s=0.3)


async def test_a_charge_is_made_found_and_voided_under_its_key(
    gateway: HttpPaymentGateway, port: int, tmp_path: Path
) -> None:
    app, book = web.Application(), Book(tmp_path / "payments.jsonl")
    add_gateway(app, book)
    async with receiving(app, port=port):
        assert await gateway.find("k/1") is None
        charged = await gateway.charge(CHARGE)
        assert charged.status == "charged"
        assert await gateway.find("k/1") == charged
        assert (await gateway.void(CHARGE)).status == "voided"
    (entry,) = book.entries()
    assert (entry["key"], entry["order_id"], entry["amount_cents"]) == ("k/1", "1", 750)


async def test_a_declined_payment_is_an_answer_and_no_error(gateway: HttpPaymentGateway, port: int) -> None:
    body = '{"payment_id": "p1", "status": "declined", "reason": "no funds", "advice": "another card"}'
    async with receiving(_scripted(402, body), port=port):
        payment = await gateway.charge(CHARGE)
    assert (payment.status, payment.reason) == ("declined", "no funds")


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, "oops", "answered 500: oops"),
        (401, "who are you", "answered 401"),
        (302, "", "answered 302"),
        (200, "<html>", "is no payment"),
        (200, '{"payment_id": "p1", "status": "maybe"}', "is no payment"),
        (404, "", "answered 404"),
    ],
)
async def test_an_answer_that_does_not_say_what_became_of_a_charge_is_an_error(
    gateway: HttpPaymentGateway, port: int, status: int, body: str, said: str
) -> None:
    async with receiving(_scripted(status, body), port=port):
        with pytest.raises(PaymentError, match=said):
            await gateway.charge(CHARGE)


async def test_a_void_that_was_not_done_is_an_error(gateway: HttpPaymentGateway, port: int) -> None:
    async with receiving(_scripted(200, '{"payment_id": "p1", "status": "charged"}'), port=port):
        with pytest.raises(PaymentError, match="did not void p1"):
            await gateway.void(CHARGE)


async def test_a_gateway_that_is_away_is_an_error(gateway: HttpPaymentGateway) -> None:
    with pytest.raises(PaymentError, match="cannot be reached"):
        await gateway.find("k/1")


async def test_a_gateway_that_takes_too_long_is_given_up_in_time(
    gateway: HttpPaymentGateway, port: int, tmp_path: Path
) -> None:
    app = web.Application()
    add_gateway(app, Book(tmp_path / "payments.jsonl"))
    async with receiving(app, port=port):
        await gateway.charge(CHARGE)
        began = time.monotonic()
        async with gateway._session.put(f"http://127.0.0.1:{port}{PAYMENTS}/switches", json={"slow_s": 60}) as answer:
            assert answer.status == 200
        with pytest.raises(PaymentError, match="in time"):
            await gateway.find("k/1")
    assert time.monotonic() - began < 2


async def test_without_a_gateway_every_payment_is_declined_with_what_is_missing() -> None:
    gateway = NoGateway()
    assert await gateway.find("k1") is None
    declined = await gateway.charge(CHARGE)
    assert declined.status == "declined"
    assert "DURABLY_WORKER_PAYMENT_URL" in (declined.reason or "")
    assert (await gateway.void(CHARGE)).status == "voided"
