"""Which difference between what code asks for and what a history records is one."""

from datetime import UTC, datetime
from typing import Any

from durably.contracts.instances import Failure, InstanceStatus
from durably.contracts.replays import Action, ActionKind
from durably.domain.comparing import Recorded, first_difference, first_difference_in_rerun, other_inputs, same

AT = datetime(2026, 1, 1, tzinfo=UTC)


def call(number: int, name: str = "act", **more: Any) -> Action:
    return Action(kind=ActionKind.ACTIVITY, id=number, name=name, **more)


def wait(number: int, name: str = "go", *, until: datetime | None = None) -> Action:
    return Action(kind=ActionKind.EVENT, id=number, name=name, fire_at=until)


def end(number: int, status: InstanceStatus = InstanceStatus.COMPLETED, **more: Any) -> Action:
    return Action(kind=ActionKind.END, id=number, status=status, **more)


def recorded(*actions: Action) -> list[Recorded]:
    return [Recorded(position, action) for position, action in enumerate(actions)]


def test_the_same_is_the_same_in_whatever_order_it_is_given() -> None:
    assert first_difference([call(2, "b"), call(1, "a")], recorded(call(1, "a"), call(2, "b"))) is None


def test_another_name_another_kind_and_another_id_are_differences() -> None:
    for other in (call(1, "other"), wait(1, "act", until=AT), call(2)):
        found = first_difference([other], recorded(call(1)))
        assert found is not None
        assert (found.expected, found.actual) == (Recorded(0, call(1)), other)


def test_more_than_recorded_and_less_than_recorded_are_differences() -> None:
    more = first_difference([call(1), call(2)], recorded(call(1)))
    less = first_difference([call(1)], recorded(call(1), call(2)))
    assert more is not None
    assert (more.expected, more.actual) == (None, call(2))
    assert less is not None
    assert (less.expected, less.actual) == (Recorded(1, call(2)), None)


def test_another_input_is_no_difference_but_another_input() -> None:
    pair = ([call(1, input="b")], recorded(call(1, input="a")))
    assert first_difference(*pair) is None
    (found,) = other_inputs(*pair)
    assert found.actual == call(1, input="b")


def test_the_input_of_what_a_rerun_begins_with_may_be_another() -> None:
    assert other_inputs([call(1, input="b")], [Recorded(0, call(1, input="a"), rewritten=True)]) == ()


def test_an_event_is_the_same_in_upper_and_lower_case() -> None:
    assert first_difference([wait(1, "GO", until=AT)], recorded(wait(1, until=AT))) is None


def test_a_wait_without_deadline_that_an_older_sdk_did_not_record_counts_for_nothing() -> None:
    assert first_difference([wait(1), call(2), call(3, "b")], recorded(call(1), call(2, "b"))) is None
    assert first_difference([wait(1)], recorded()) is None


def test_a_wait_without_deadline_in_the_place_of_something_else_is_a_difference() -> None:
    found = first_difference([wait(1)], recorded(call(1)))
    assert found is not None
    assert (found.expected, found.actual) == (Recorded(0, call(1)), wait(1))


def test_something_else_in_the_place_of_a_wait_without_deadline_is_a_difference() -> None:
    found = first_difference([call(1)], recorded(wait(1)))
    assert found is not None
    assert (found.expected, found.actual) == (Recorded(0, wait(1)), call(1))


def test_an_end_is_the_same_under_any_id_and_another_with_another_status() -> None:
    assert first_difference([end(7)], recorded(end(-1))) is None
    failed = end(7, InstanceStatus.FAILED, failure=Failure(type="KeyError", message="x"))
    found = first_difference([failed], recorded(end(7)))
    assert found is not None
    assert found.actual == failed


def test_what_is_asked_for_beside_the_end_is_not_done_and_does_not_count() -> None:
    assert first_difference([end(3), call(4)], recorded(end(3))) is None
    assert first_difference([end(3)], recorded(end(3), call(4))) is None


def test_a_termination_is_no_difference_whatever_the_code_would_do() -> None:
    assert first_difference([call(3)], recorded(end(-1, InstanceStatus.TERMINATED))) is None


def test_in_a_rerun_what_is_recorded_later_or_was_cut_off_is_no_difference() -> None:
    asked = [call(1, "a"), call(2, "b"), call(3, "c")]
    later = Recorded(9, call(2, "b"))
    assert first_difference_in_rerun(asked, recorded(call(1, "a")), before={}, anywhere={2: later}) is None


def test_in_a_rerun_another_name_and_what_was_never_asked_for_are_differences() -> None:
    named = first_difference_in_rerun([call(2, "x")], [], before={}, anywhere={2: Recorded(9, call(2, "b"))})
    assert named is not None
    assert named.actual == call(2, "x")
    unasked = first_difference_in_rerun([], recorded(call(5)), before={4: call(4)}, anywhere={})
    assert unasked is not None
    assert unasked.expected == Recorded(0, call(5))


def test_two_runs_are_the_same_only_if_one_is_not_longer() -> None:
    assert same([call(1)], [call(1, input="other")])
    assert not same([call(1)], [call(1), call(2)])
