"""A payment gateway to try with: what would be the system of a payment provider."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from pydantic import Field, ValidationError

from durably.cli.journal import nobody
from durably.cli.payments import Book, Entry
from durably.contracts.model import Frozen
from durably.contracts.names import IDEMPOTENCY_HEADER

PAYMENTS: Final = "/payments"
_NEVER_S: Final = 3_600.0
_SHOWN: Final = ("payment_id", "status", "reason", "amount_cents", "currency")
_CHARGE: Final = ("order_id", "customer", "amount_cents", "currency")

Handler = Callable[[web.Request], Awaitable[web.Response]]


class PaymentSwitches(Frozen):
    """What the gateway does wrong, so that what then happens can be seen."""

    decline: int = Field(default=0, ge=0, description="So many of the next charges are declined.")
    slow_s: float = Field(default=0, ge=0, le=600, description="Seconds until a request is looked at.")
    timeout_after_charge: int = Field(
        default=0, ge=0, description="So many of the next charges are made and never answered."
    )
    fail: int = Field(default=0, ge=0, description="So many of the next requests are refused with a 500.")


class _Invoice(Frozen):
    """The body of a charge."""

    order_id: str = Field(min_length=1)
    customer: str = Field(min_length=1)
    amount_cents: int = Field(strict=True, ge=1)
    currency: str = Field(pattern="^[A-Z]{3}$")


def add_gateway(app: web.Application, book: Book, *, tell: Callable[..., object] = nobody) -> None:
    """`POST /payments` charges, `GET` shows all; `GET` and `DELETE` of a key ask and void, `PUT` of `switches` breaks.

    Args:
        app: What serves it.
        book: Where payments are kept.
        tell: Told of each payment, as a structured logger is: an event and its fields.
    """
    gateway = _Gateway(book, tell)
    app.add_routes([web.put(f"{PAYMENTS}/switches", gateway.switch), web.get(PAYMENTS, gateway.show)])
    app.add_routes([web.post(PAYMENTS, gateway.reachable(gateway.charge))])
    app.add_routes([web.get(PAYMENTS + "/{key}", gateway.reachable(gateway.find))])
    app.add_routes([web.delete(PAYMENTS + "/{key}", gateway.reachable(gateway.void))])


class _Gateway:
    def __init__(self, book: Book, tell: Callable[..., object]) -> None:
        self._book = book
        self._tell = tell
        self._slow_s = 0.0
        self._left = {"decline": 0, "timeout_after_charge": 0, "fail": 0}

    async def show(self, _: web.Request) -> web.Response:
        return web.json_response({"payments": self._book.entries()})

    async def switch(self, request: web.Request) -> web.Response:
        try:
            switches = PaymentSwitches.model_validate_json(await request.read())
        except ValidationError as error:
            return web.json_response({"error": str(error)}, status=400)
        self._slow_s = switches.slow_s
        self._left = switches.model_dump(exclude={"slow_s"})
        return web.json_response(switches.model_dump())

    def reachable(self, handler: Handler) -> Handler:
        """A request that is slow, and may fail before anything is looked at."""

        async def handle(request: web.Request) -> web.Response:
            await asyncio.sleep(self._slow_s)
            if self._takes("fail"):
                self._tell("payment_request_failed", method=request.method)
                return web.json_response({"error": "switched to fail"}, status=500)
            return await handler(request)

        return handle

    async def charge(self, request: web.Request) -> web.Response:
        key = request.headers.get(IDEMPOTENCY_HEADER)
        if not key:
            return web.json_response({"error": f"the header {IDEMPOTENCY_HEADER} is missing"}, status=400)
        try:
            invoice = _Invoice.model_validate_json(await request.read()).model_dump()
        except ValidationError as error:
            return web.json_response({"error": str(error)}, status=400)
        if (known := self._book.find(key)) is not None:
            same = known["status"] == "voided" or {name: known[name] for name in _CHARGE} == invoice
            return _payment(known) if same else web.json_response({"error": "the key has another charge"}, status=409)
        declined = "switched to decline" if self._takes("decline") else None
        payment = self._book.charge(key, invoice, declined=declined)
        self._tell(f"payment_{payment['status']}", key=key, **invoice)
        if not declined and self._takes("timeout_after_charge"):
            await asyncio.sleep(_NEVER_S)
        return _payment(payment)

    async def find(self, request: web.Request) -> web.Response:
        payment = self._book.find(request.match_info["key"])
        return _payment(payment) if payment else web.json_response({"error": "nothing is known of it"}, status=404)

    async def void(self, request: web.Request) -> web.Response:
        payment = self._book.void(request.match_info["key"])
        self._tell("payment_voided", key=payment["key"])
        return _payment(payment)

    def _takes(self, switch: str) -> bool:
        self._left[switch] -= 1
        if self._left[switch] < 0:
            self._left[switch] = 0
            return False
        return True


def _payment(entry: Entry) -> web.Response:
    shown = {name: entry[name] for name in _SHOWN if name in entry}  # a key that was only voided has no amount
    return web.json_response(shown, status=402 if shown["status"] == "declined" else 200)
