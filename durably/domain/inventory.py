"""Decisions about stock. Each takes an item's record and gives the next one, or the same one where nothing changes."""

from typing import Final

from durably.contracts.inventory import Hold, Item

REMEMBERED: Final = 1_000
"""How many settled ids a record keeps. An attempt of `reserve_inventory` that comes too late is told by them; it gives
up by itself within seconds, in which one record cannot be settled so often."""


def available(item: Item) -> int:
    """What can still be held."""
    return item.on_hand - sum(hold.quantity for hold in item.holds)


def is_settled(item: Item, hold: Hold) -> bool:
    """Whether the hold is there, or is over: another attempt was faster, or the order is."""
    over = {hold.reservation_id, hold.instance_id} & set(item.settled)
    return bool(over) or any(there.reservation_id == hold.reservation_id for there in item.holds)


def held(item: Item, hold: Hold) -> Item:
    """The item with a hold, if there is enough of it; a repetition changes nothing."""
    if is_settled(item, hold) or available(item) < hold.quantity:
        return item
    return item.model_copy(update={"holds": (*item.holds, hold)})


def shortage(sku: str, item: Item | None, wanted: int) -> str:
    """Why an item could not be held, for a person."""
    if item is None:
        return f"There is no item {sku}"
    return f"Out of stock: {wanted} of {sku} wanted, {available(item)} left"


def released(item: Item, *, reservation_id: str | None, instance_id: str) -> Item:
    """The item without what was held, and with nothing to be held under that id again.

    Args:
        item: The record.
        reservation_id: Which hold; None for all of the instance.
        instance_id: The instance.
    """
    if (over := reservation_id or instance_id) in item.settled:
        return item
    kept = tuple(hold for hold in item.holds if over not in {hold.reservation_id, hold.instance_id})
    return _settled(item, over, kept, item.on_hand)


def sold(item: Item, *, reservation_id: str) -> Item:
    """The item after what was held has left the stock. What is not held any more has left before."""
    leaving = next((hold for hold in item.holds if hold.reservation_id == reservation_id), None)
    if leaving is None:
        return item
    kept = tuple(hold for hold in item.holds if hold is not leaving)
    return _settled(item, reservation_id, kept, item.on_hand - leaving.quantity)


def _settled(item: Item, over: str, kept: tuple[Hold, ...], on_hand: int) -> Item:
    remembered = (*item.settled, over)[-REMEMBERED:]
    return item.model_copy(update={"on_hand": on_hand, "holds": kept, "settled": remembered})
