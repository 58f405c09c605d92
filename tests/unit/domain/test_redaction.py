"""What is taken out of a recording, and what stands there instead."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from durably.contracts.recordings import Recording
from durably.domain.placeholders import Placeholders
from durably.domain.redaction import redacted

PAYLOAD: dict[str, Any] = {
    "customer": {"name": "Grace Hopper", "iban": "DE89 3704 0044", "since": "1969-07-20"},
    "cards": [{"number": 4111222233334444, "ok": True}, {"number": 12, "ok": None}],
    "note": "Grace Hopper pays at once",
}


def recording(payload: Any = PAYLOAD, **more: Any) -> Recording:
    start = {"eventId": -1, "executionStarted": {"name": "pay", "input": payload}}
    return Recording(
        instance_id="pay-Grace Hopper",
        workflow="pay",
        version="v1",
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        events=(start, *more.get("events", ())),
    )


def payload_of(cleaned: Recording) -> Any:
    return cleaned.events[0]["executionStarted"]["input"]


def test_without_patterns_nothing_is_taken_out_and_the_file_says_nothing_of_it() -> None:
    assert redacted(recording(), ()) == recording()


@pytest.mark.parametrize(
    ("pattern", "gone"),
    [
        ("iban", ["/customer/iban"]),
        ("IBAN", ["/customer/iban"]),
        ("customer.*", ["/customer/name", "/customer/iban", "/customer/since"]),
        ("customer", ["/customer/name", "/customer/iban", "/customer/since"]),
        ("*.iban", ["/customer/iban"]),
        ("/customer/name", ["/customer/name"]),
        ("/cards/*/number", ["/cards/0/number", "/cards/1/number"]),
        ("/cards/0", ["/cards/0/number", "/cards/0/ok"]),
        ("executionStarted.pay.input.note", ["/note"]),
        ("number", ["/cards/0/number", "/cards/1/number"]),
        ("nam*", ["/customer/name"]),
        ("/name", []),
        ("am", []),
    ],
)
def test_a_pattern_means_these_values(pattern: str, gone: list[str]) -> None:
    note = redacted(recording(), [pattern]).redacted
    assert note is not None
    assert note.patterns == (pattern,)
    assert list(note.places) == [f"/events/0/executionStarted/input{place}" for place in gone]


def test_a_payload_that_is_no_object_goes_by_the_name_of_its_event() -> None:
    raised = {"eventId": -1, "eventRaised": {"name": "pin", "input": "0815"}}
    cleaned = redacted(recording(events=[raised]), ["pin.input"])
    assert cleaned.events[1]["eventRaised"] == {"name": "pin", "input": "1111"}


def test_a_placeholder_has_the_shape_of_what_it_stands_for() -> None:
    cleaned = payload_of(redacted(recording(), ["customer", "cards"]))
    assert cleaned["customer"] == {"name": "Aaaaa Aaaaaa", "iban": "AA11 1111 1111", "since": "1111-11-11"}
    assert cleaned["cards"] == [{"number": 1111111111111111, "ok": False}, {"number": 11, "ok": None}]


@pytest.mark.parametrize(("number", "instead"), [(-12.5, -11.1), (0, 1), (1e-7, 1), (25e20, 1.1)])
def test_a_number_stays_a_number(number: float, instead: float) -> None:
    assert payload_of(redacted(recording({"n": number}), ["n"])) == {"n": instead}


def test_equal_values_stay_equal_and_different_ones_different() -> None:
    people = {"by": ["ada", "bob", "ada", "eve"]}
    ada, bob, again, eve = payload_of(redacted(recording(people), ["by"]))["by"]
    assert ada == again
    assert len({ada, bob, eve}) == 3
    assert all(len(one) == 3 for one in (ada, bob, eve))


def test_many_values_of_one_shape_stay_different() -> None:
    placeholders = Placeholders()
    names = [f"{first}{second}" for first in "bcdefgh" for second in "ijklmnop"]
    assert all(placeholders.take(name) for name in names)
    assert len({placeholders.of(name) for name in names}) == len(names)


def test_the_text_of_a_value_goes_wherever_else_it_stands() -> None:
    failed = {
        "eventId": -1,
        "taskFailed": {"taskScheduledId": 1, "failureDetails": {"errorMessage": "Grace Hopper is blocked"}},
    }
    cleaned = redacted(recording(events=[failed]), ["customer.name"])
    assert "Grace" not in json.dumps(cleaned.model_dump(mode="json"))
    assert cleaned.instance_id == "pay-Aaaaa Aaaaaa"
    assert payload_of(cleaned)["note"] == "Aaaaa Aaaaaa pays at once"
    assert cleaned.events[1]["taskFailed"]["failureDetails"]["errorMessage"] == "Aaaaa Aaaaaa is blocked"


def test_a_short_value_goes_where_it_is_meant_and_stays_elsewhere() -> None:
    cleaned = payload_of(redacted(recording({"pin": "pay", "note": "pay now"}), ["pin"]))
    assert cleaned == {"pin": "aaa", "note": "pay now"}


def test_what_replay_goes_by_stays_whatever_it_is_called() -> None:
    called = {"eventId": 1, "taskScheduled": {"name": "transfer", "input": {"how": "transfer"}}}
    cleaned = redacted(recording(events=[called]), ["how"])
    assert cleaned.events[1]["taskScheduled"] == {"name": "transfer", "input": {"how": "aaaaaaaa"}}


def test_the_recording_that_was_given_stays_as_it_was() -> None:
    given = recording()
    redacted(given, ["customer"])
    assert given == recording()
