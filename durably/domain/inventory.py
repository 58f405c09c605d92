"""Decisions about stock. Each takes an item's record and gives the next one, or the same one where nothing changes."""

from typing import Final

from durably.contracts.inventory import Hold, Item

REMEMBERED: Final = 1_000
"""So many ids a record keeps of what was sold, and of what was given back. An attempt of `reserve_inventory` that comes
too late is told by them; it gives up by itself within seconds, in which one record cannot be settled so often."""


def available(item: Item) -> int:
    """What can still be held."""
    return item.on_hand - sum(hold.quantity for hold in item.holds)


def is_settled(item: Item, hold: Hold) -> bool:
    """Whether the hold is there, or is over: another attempt was faster, or the order is."""
    over = _is_over(item, hold.reservation_id) or _is_over(item, hold.instance_id)
    return over or any(there.reservation_id == hold.reservation_id for there in item.holds)


def stands(item: Item, hold: Hold) -> bool:
    """Whether so many are held, or have left, for the reservation."""
    there = {each.reservation_id: each.quantity for each in item.holds}
    return hold.quantity in {there.get(hold.reservation_id), item.sold.get(hold.reservation_id)}


def held(item: Item, hold: Hold) -> Item:
    """The item with a hold, if there is enough of it; a repetition changes nothing."""
    if is_settled(item, hold) or available(item) < hold.quantity:
        return item
    return item.model_copy(update={"holds": (*item.holds, hold)})


def shortage(sku: str, item: Item | None, hold: Hold) -> str:
    """Why an item could not be held, for a person."""
    wanted = hold.quantity
    if item is None:
        return f"There is no item {sku}"
    if is_settled(item, hold):
        return f"What was held of {sku} for this order was given back, or is not what it asks for; order it anew"
    return f"Out of stock: {wanted} of {sku} wanted, {available(item)} left"


def released(item: Item, *, reservation_id: str | None, instance_id: str) -> Item:
    """The item without what was held, and with nothing to be held under that id again.

    Args:
        item: The record.
        reservation_id: Which hold; None for all of the instance.
        instance_id: The instance.
    """
    if _is_over(item, over := reservation_id or instance_id):
        return item
    kept = tuple(hold for hold in item.holds if over not in {hold.reservation_id, hold.instance_id})
    return item.model_copy(update={"holds": kept, "settled": (*item.settled, over)[-REMEMBERED:]})


def sold(item: Item, *, reservation_id: str) -> Item:
    """The item after what was held has left the stock. What is not held any more has left before, or was given back."""
    gone = next((hold for hold in item.holds if hold.reservation_id == reservation_id), None)
    if gone is None:
        return item
    kept = tuple(hold for hold in item.holds if hold is not gone)
    remembered = [*item.sold.items(), (reservation_id, gone.quantity)][-REMEMBERED:]
    return item.model_copy(update={"on_hand": item.on_hand - gone.quantity, "holds": kept, "sold": dict(remembered)})


def _is_over(item: Item, over: str) -> bool:
    return over in item.settled or over in item.sold


def leaving(item: Item | None, *, reservation_id: str) -> int | None:
    """How many leave the stock for a reservation, or have left it; None where nothing is held for it."""
    if item is None:
        return None
    held_now = (hold.quantity for hold in item.holds if hold.reservation_id == reservation_id)
    return next(held_now, item.sold.get(reservation_id))
