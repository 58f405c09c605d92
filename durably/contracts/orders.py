"""The order saga: its input, what its activities pass on, its result."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from durably.contracts.approvals import ApprovalRequest, ApprovalTerms
from durably.contracts.ids import OrderId, Sku
from durably.contracts.model import Frozen
from durably.contracts.numbers import WholeNumber

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", max_length=3)]


def _some(lines: tuple[Any, ...]) -> tuple[Any, ...]:
    """With `min_length` a line that is wrong would be told of twice: as itself, and as missing."""
    if not lines:
        raise ValueError("at least one line is needed")
    return lines


class OrderLine(Frozen):
    """So many of one item."""

    sku: Sku = Field(description="The item.")
    quantity: WholeNumber = Field(ge=1, le=1_000_000, description="How many.")
    unit_price_cents: WholeNumber = Field(ge=0, le=1_000_000_000, description="The price of one, in cents.")


class OrderRequest(Frozen):
    """An order to be processed."""

    order_id: OrderId = Field(description="Identifies the order; placing it twice changes nothing.")
    customer: str = Field(min_length=1, max_length=200, description="Who orders, and who is charged.")
    lines: Annotated[tuple[OrderLine, ...], AfterValidator(_some)] = Field(
        max_length=100, description="What is ordered.", json_schema_extra={"minItems": 1}
    )
    currency: Currency = Field(description="Of all prices, as ISO 4217 writes it, such as EUR.")


class OrderTerms(Frozen):
    """Which orders people have to approve, and who; read when an order is validated, and recorded with it."""

    approval_limit_cents: int = Field(ge=0, description="Orders above this total wait for approval.")
    approval: ApprovalTerms


class OrderCheck(Frozen):
    """What `validate_order` decided: an order with problems is not accepted."""

    problems: tuple[str, ...] = ()
    total_cents: int
    approval: ApprovalRequest | None = Field(default=None, description="What has to be approved first, if anything.")


class Reservation(Frozen):
    """What `reserve_inventory` did: the whole order is held, or `shortage` says which item is missing."""

    reservation_id: str = Field(description="The activity execution that made it; the payment's key, too.")
    shortage: str | None = None
    held: Mapping[str, int] | None = Field(
        default=None, description="How many of each item it is about; histories of before do not say it."
    )


class Sale(Frozen):
    """A reservation that is to leave the stock."""

    reservation_id: str
    skus: tuple[str, ...]


class Handover(Frozen):
    """What `confirm_order` did: what has left the stock, now or before; either all that was asked for, or nothing."""

    reservation_id: str
    sold: Mapping[str, int] = Field(default={}, description="How many of each item.")
    given_back: bool = Field(default=False, description="Whether the stock of the reservation was released before.")


class Release(Frozen):
    """A reservation that is to be given back.

    Without an id it is whatever the instance may have held when `reserve_inventory` gave up without an answer.
    """

    reservation_id: str | None
    skus: tuple[str, ...]


class Charge(Frozen):
    """A payment that is to be made once under its key."""

    key: str = Field(min_length=1)
    order_id: str
    customer: str
    amount_cents: int
    currency: str


class Payment(Frozen):
    """What the gateway says that became of a charge; `voided` is refunded, or never to be made."""

    payment_id: str
    status: Literal["charged", "declined", "voided"]
    reason: str | None = None
    amount_cents: int | None = Field(default=None, description="What was charged, where the gateway says it.")
    currency: str | None = Field(default=None, description="Of that amount.")
    asked: Charge | None = Field(
        default=None, description="What the activity was given; histories of before do not say it."
    )
    found: bool = Field(default=False, description="Whether the key had been used before, so nothing was charged now.")


class OrderResult(Frozen):
    """How the saga ended.

    `rejected` orders were never accepted; `cancelled` ones were, and everything that was done for them is undone.
    """

    order_id: str
    status: Literal["confirmed", "rejected", "cancelled"]
    message: str
    payment_id: str | None = None
