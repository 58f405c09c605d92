"""What a host holds back, and what it tells of it: the real register, with an observer that remembers."""

from datetime import UTC, datetime

import pytest

from durably.contracts.held_back import HeldBack, HoldKind
from durably.engine.holding import Holds
from tests.harness.runner import Observations


class Watching(Observations):
    """Remembers the counts, too."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: list[int] = []

    def holding(self, count: int) -> None:
        """Remember it."""
        self.counts.append(count)


@pytest.fixture
def observer() -> Watching:
    return Watching()


@pytest.fixture
def holds(observer: Watching) -> Holds:
    return Holds(observer)


def _held(instance_id: str, *, kind: HoldKind = HoldKind.REPLAY_DIFFERS, second: int = 0) -> HeldBack:
    since = datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC)
    return HeldBack(instance_id=instance_id, kind=kind, since=since, message="odd")


def test_it_is_told_once_however_often_the_engine_asks(holds: Holds, observer: Watching) -> None:
    holds.hold(_held("a"))
    holds.forget()

    assert holds.again("a", HoldKind.REPLAY_DIFFERS)
    assert [each.instance_id for each in holds.now()] == ["a"]
    assert len(observer.held_back) == 1


def test_another_reason_is_told_anew(holds: Holds) -> None:
    holds.hold(_held("a"))

    assert not holds.again("a", HoldKind.VERSION_NOT_REGISTERED)


def test_what_went_on_and_is_held_back_later_is_told_anew(holds: Holds) -> None:
    holds.hold(_held("a"))
    holds.let_go("a")

    assert holds.now() == ()
    assert not holds.again("a", HoldKind.REPLAY_DIFFERS)


def test_a_turn_and_an_activity_of_one_instance_are_held_back_by_themselves(holds: Holds, observer: Watching) -> None:
    holds.hold(_held("a", second=1))
    holds.hold(_held("a", kind=HoldKind.ACTIVITY_NOT_REGISTERED), 7)
    holds.let_go("a")

    assert [(task, held.kind) for task, held in holds.pieces()] == [(7, HoldKind.ACTIVITY_NOT_REGISTERED)]
    assert observer.counts == [1, 2, 1]


def test_nothing_is_held_back_on_a_new_stream_until_the_engine_asks(holds: Holds, observer: Watching) -> None:
    holds.hold(_held("a"))
    holds.forget()

    assert holds.now() == ()
    assert observer.counts == [1, 0]


def test_the_longest_held_stands_first(holds: Holds) -> None:
    holds.hold(_held("young", second=5))
    holds.hold(_held("old"))

    assert [each.instance_id for each in holds.now()] == ["old", "young"]


def test_the_more_are_held_back_the_longer_an_answer_is_kept(holds: Holds) -> None:
    holds.hold(_held("a"))
    assert holds.pause_s == 2
    for number in range(200):
        holds.hold(_held(f"i-{number}"))
    assert holds.pause_s == pytest.approx(10, abs=0.1)
