from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from durably.cli.commands.text import distance, printable, seconds_of, short, since, span
from durably.cli.exits import UsageError


@given(st.text())
def test_nothing_printable_steers_a_terminal_and_nothing_harmless_is_lost(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    if text.isprintable():
        assert shown == text


@pytest.mark.parametrize(
    ("text", "seconds"), [("500ms", 0.5), ("30s", 30), ("5m", 300), ("1h30m", 5400), ("1h0m5s", 3605), ("0s", 0)]
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "30", "s", "1s1h", "-1s", "1.5s", "forever", "٣s"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        seconds_of(text)
    assert "30s" in refused.value.hint


def test_a_time_is_a_time_or_so_long_ago() -> None:
    assert since("2026-01-31T12:00:00+00:00") == datetime(2026, 1, 31, 12, tzinfo=UTC).astimezone().isoformat()
    ago = datetime.now(UTC) - datetime.fromisoformat(since("1h"))
    assert abs(ago - timedelta(hours=1)) < timedelta(seconds=5)
    with pytest.raises(UsageError):
        since("yesterday")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0123, "12 ms"), (3.04, "3.0 s"), (150, "2 min 30 s"), (7500, "2 h 5 min"), (90_000, "1 d 1 h")],
)
def test_spans_are_written_for_people(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_distances_are_written_in_their_largest_unit() -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert distance("2026-01-31T11:59:57Z", now=now) == "3 s ago"
    assert distance("2026-01-31T14:30:00Z", now=now) == "in 2 h"
    assert distance("2026-01-01T12:00:00Z", now=now) == "30 d ago"


def test_a_long_value_is_cut_and_nothing_is_nothing() -> None:
    assert short(None, 5) == ""
    assert short({"a": 1}, 20) == '{"a": 1}'
    assert short("abcdef", 5) == "abcd…"
