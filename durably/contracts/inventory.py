"""The record of one item in the state store."""

from collections.abc import Mapping

from pydantic import Field

from durably.contracts.model import Frozen


class Hold(Frozen):
    """A part of an item's stock that is held for one order."""

    reservation_id: str
    instance_id: str = Field(description="The workflow instance that holds it.")
    quantity: int


class Item(Frozen):
    """One item: what is in stock, and for whom it is held. It is written as a whole, so that a hold is its effect."""

    sku: str
    on_hand: int = Field(description="What is there, held or not.")
    holds: tuple[Hold, ...] = ()
    sold: Mapping[str, int] = Field(
        default={}, description="How many have left for each reservation, latest last: nothing is held for it again."
    )
    settled: tuple[str, ...] = Field(
        default=(), description="Reservations and instances that were given back, latest last: the same."
    )
