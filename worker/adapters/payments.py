from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from pydantic import ValidationError
from yarl import URL

from durably.contracts.names import IDEMPOTENCY_HEADER
from durably.contracts.orders import Charge, Payment
from worker.activities.ports import PaymentError

_ANSWERS: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.PAYMENT_REQUIRED})
"""A payment is in the body of these; 402 is one that was declined."""


class HttpPaymentGateway:
    """A payment gateway over HTTP: `POST` to charge under an `Idempotency-Key`, `GET` and `DELETE` of that key.

    Args:
        session: The HTTP client; somebody else closes it.
        url: Where charges are posted to; what became of a key is below it.
        timeout_s: Seconds after which an answer is not waited for any more.
    """

    def __init__(self, session: aiohttp.ClientSession, *, url: str, timeout_s: float) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._options: dict[str, Any] = {"timeout": aiohttp.ClientTimeout(total=timeout_s), "allow_redirects": False}

    async def find(self, key: str) -> Payment | None:
        """See `worker.activities.ports.PaymentGateway`."""
        status, body = await self._ask("GET", self._of(key))
        return None if status == HTTPStatus.NOT_FOUND else _payment(status, body)

    async def charge(self, charge: Charge) -> Payment:
        """See `worker.activities.ports.PaymentGateway`."""
        given = charge.model_dump(mode="json", exclude={"key"})
        return _payment(*await self._ask("POST", self._url, json=given, headers={IDEMPOTENCY_HEADER: charge.key}))

    async def void(self, charge: Charge) -> Payment:
        """See `worker.activities.ports.PaymentGateway`."""
        payment = _payment(*await self._ask("DELETE", self._of(charge.key)))
        if payment.status == "charged":
            raise PaymentError(f"The gateway did not void {payment.payment_id}")
        return payment

    def _of(self, key: str) -> URL:
        return URL(f"{self._url}/{quote(key, safe='')}", encoded=True)

    async def _ask(self, method: str, url: URL | str, **given: Any) -> tuple[int, bytes]:
        try:
            async with self._session.request(method, url, **self._options, **given) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise PaymentError("The gateway did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise PaymentError(f"The gateway cannot be reached: {error}") from error


def _payment(status: int, body: bytes) -> Payment:
    if status not in _ANSWERS:
        raise PaymentError(f"The gateway answered {status}: {body[:200].decode(errors='replace')}")
    try:
        return Payment.model_validate_json(body, extra="ignore")
    except ValidationError as error:
        raise PaymentError(f"The gateway's answer is no payment: {body[:200].decode(errors='replace')}") from error


class NoGateway:
    """Stands where no gateway was configured: every charge is declined, with the setting that is missing."""

    async def find(self, key: str) -> Payment | None:  # noqa: ARG002 - the port's signature
        """Nothing was ever charged."""
        return None

    async def charge(self, charge: Charge) -> Payment:
        """Decline."""
        reason = "this worker has no payment gateway, DURABLY_WORKER_PAYMENT_URL is not set"
        return Payment(payment_id=charge.key, status="declined", reason=reason)

    async def void(self, charge: Charge) -> Payment:
        """There is nothing to be voided."""
        return Payment(payment_id=charge.key, status="voided")
