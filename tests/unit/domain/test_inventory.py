from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from durably.contracts.inventory import Hold, Item
from durably.domain.inventory import REMEMBERED, available, held, is_settled, leaving, released, shortage, sold, stands

ITEM = Item(sku="apple", on_hand=10)
HOLD = Hold(reservation_id="r1", instance_id="order-1", quantity=4)

IDS = st.sampled_from(["1", "2", "3", "4"])
"""Few, so that operations meet. Reservation `n` belongs to `order-n`."""
OPERATIONS = st.lists(st.tuples(st.sampled_from(["hold", "sell", "release", "release all"]), IDS), max_size=30)


def _hold(number: str) -> Hold:
    """Always the same one for a number, as the attempts of one execution would ask for it."""
    return Hold(reservation_id=f"r{number}", instance_id=f"order-{number}", quantity=int(number))


def _hold_of(reservation_id: str) -> Hold:
    return HOLD.model_copy(update={"reservation_id": reservation_id, "instance_id": f"order-{reservation_id}"})


@given(on_hand=st.integers(0, 8), operations=OPERATIONS)
def test_in_any_order_and_however_often_nothing_is_held_or_sold_that_is_not_there(
    on_hand: int, operations: list[tuple[str, str]]
) -> None:
    item, sold_already, ever_released = Item(sku="apple", on_hand=on_hand), set[str](), set[str]()
    for what, number in operations:
        hold, before = _hold(number), item
        change = {
            "hold": partial(held, hold=hold),
            "sell": partial(sold, reservation_id=hold.reservation_id),
            "release": partial(released, reservation_id=hold.reservation_id, instance_id=hold.instance_id),
            "release all": partial(released, reservation_id=None, instance_id=hold.instance_id),
        }[what]
        item = change(before)
        assert change(item) == item, "a repetition changes nothing"
        was_held, is_held = hold in before.holds, hold in item.holds
        sold_already |= {number} if what == "sell" and was_held else set()
        ever_released |= {number} if what.startswith("release") else set()
        assert not (is_held and number in sold_already | ever_released), "what is over stays over"
        assert available(item) >= 0
        assert item.on_hand == on_hand - sum(map(int, sold_already))


def test_what_is_there_can_be_held() -> None:
    item = held(ITEM, HOLD)
    assert (item.holds, available(item), item.on_hand) == ((HOLD,), 6, 10)


def test_more_than_there_is_cannot_be_held_and_the_reason_names_both_numbers() -> None:
    greedy = HOLD.model_copy(update={"quantity": 11})
    assert held(ITEM, greedy) is ITEM
    assert not is_settled(ITEM, greedy)
    assert shortage("apple", ITEM, greedy) == "Out of stock: 11 of apple wanted, 10 left"
    assert shortage("fig", None, HOLD) == "There is no item fig"


def test_what_was_sold_has_left_the_stock() -> None:
    item = sold(held(ITEM, HOLD), reservation_id="r1")
    assert (item.on_hand, item.holds, item.sold) == (6, (), {"r1": 4})
    assert sold(item, reservation_id="r1") is item
    assert released(item, reservation_id="r1", instance_id="order-1") is item
    assert held(item, HOLD) is item


def test_an_attempt_that_comes_after_the_release_holds_nothing() -> None:
    over = released(ITEM, reservation_id="r1", instance_id="order-1")
    assert held(over, HOLD) is over
    assert is_settled(over, HOLD)
    assert not stands(over, HOLD)
    assert "given back" in shortage("apple", over, HOLD)


def test_an_instance_that_gave_up_is_released_whatever_it_held() -> None:
    over = released(held(ITEM, HOLD), reservation_id=None, instance_id="order-1")
    assert (over.holds, available(over)) == ((), 10)
    assert held(over, HOLD) is over


def test_a_record_does_not_grow_for_ever() -> None:
    item = ITEM
    for number in range(REMEMBERED + 5):
        item = released(item, reservation_id=f"r{number}", instance_id="order-1")
        item = sold(held(item.model_copy(update={"on_hand": 4}), _hold_of(f"s{number}")), reservation_id=f"s{number}")
    assert (len(item.settled), len(item.sold)) == (REMEMBERED, REMEMBERED)
    assert [*item.sold][-1] == f"s{REMEMBERED + 4}"
    assert item.settled[-1] == f"r{REMEMBERED + 4}"


@given(on_hand=st.integers(0, 8), operations=OPERATIONS, number=IDS)
def test_what_leaves_for_a_reservation_is_what_is_held_or_was_sold_for_it(
    on_hand: int, operations: list[tuple[str, str]], number: str
) -> None:
    item, hold = Item(sku="apple", on_hand=on_hand), _hold(number)
    was_sold = False
    for what, each in operations:
        if what == "hold":
            item = held(item, _hold(each))
        elif what == "sell":
            was_sold |= each == number and hold in item.holds
            item = sold(item, reservation_id=f"r{each}")
        else:
            item = released(item, reservation_id=f"r{each}", instance_id=f"order-{each}")
    assert stands(item, hold) == (was_sold or hold in item.holds)
    assert leaving(item, reservation_id=hold.reservation_id) == (hold.quantity if stands(item, hold) else None)
    assert leaving(None, reservation_id="r1") is None
