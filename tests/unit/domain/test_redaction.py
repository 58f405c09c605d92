"""What is taken out of a recording, and what stands there instead."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from durably.contracts.recordings import TEXT, Recording
from durably.domain.placeholders import Placeholders
from durably.domain.redaction import idle, redacted

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


def test_a_key_within_a_text_that_is_json_is_found_and_the_text_stays_written_as_it_was() -> None:
    inner = json.dumps({"secret": "OnlyInText99", "n": 1, "deeper": json.dumps([{"secret": "no"}])})
    plain = json.dumps({"secret": "yes"}, separators=(",", ":"))
    cleaned = redacted(recording({"note": inner, "plain": plain}), ["secret"])
    payload = payload_of(cleaned)
    assert payload["plain"] == '{"secret":"aaa"}'
    assert json.loads(payload["note"]) == {"secret": "AaaaAaAaaa11", "n": 1, "deeper": '[{"secret": "aa"}]'}
    assert cleaned.redacted is not None
    assert "/events/0/executionStarted/input/note/deeper/0/secret" in cleaned.redacted.places


def test_a_key_within_a_payload_that_is_text_is_found_as_in_any_other() -> None:
    raised = {"eventId": -1, "eventRaised": {"name": "paid", "input": {TEXT: '{"secret": "hunter2", "n": NaN}'}}}
    cleaned = redacted(recording(events=[raised]), ["/secret"])
    assert cleaned.events[1]["eventRaised"]["input"] == {TEXT: '{"secret": "aaaaaa1", "n": NaN}'}


@pytest.mark.parametrize(
    "written",
    [
        json.dumps,
        lambda secret: json.dumps({"a": secret}, ensure_ascii=False),
        lambda secret: f"refused: {json.dumps({'a': secret})}",
        lambda secret: f"refused: {json.dumps(json.dumps({'a': secret}))}",
        lambda secret: f"refused: { {'a': secret}!r}",
    ],
    ids=["json", "json_unescaped", "json_in_a_sentence", "json_in_json", "as_python_shows_it"],
)
def test_a_text_goes_however_it_is_escaped_where_else_it_stands(written: Callable[[str], str]) -> None:
    hidden = 'pä"s\\s/wörd\n☃9'
    cleaned = payload_of(redacted(recording({"secret": hidden, "note": written(hidden)}), ["secret"]))
    assert cleaned == {"secret": 'aa"a\\a/aaaa\n☃1', "note": written('aa"a\\a/aaaa\n☃1')}


@pytest.mark.parametrize(("number", "instead"), [(1234567, 1111111), (-1234567, 1111111), (1234567.0, 1111111)])
def test_a_number_goes_that_is_the_text_of_a_value(number: float, instead: int) -> None:
    cleaned = payload_of(redacted(recording({"secret": "1234567", "n": number, "m": 12345678}), ["secret"]))
    assert cleaned == {"secret": "1111111", "n": instead, "m": 12345678}


def test_the_text_of_a_number_goes_too_and_the_numbers_that_replay_goes_by_stay() -> None:
    done = {"eventId": -1, "taskCompleted": {"taskScheduledId": 4711, "result": "card 4711 of 4711"}}
    cleaned = redacted(recording({"card": 4711}, events=[done]), ["card"])
    assert cleaned.events[1]["taskCompleted"] == {"taskScheduledId": 4711, "result": "card 1111 of 1111"}


def test_patterns_that_mean_nothing_are_told() -> None:
    assert idle(recording(), ["iban", "ibam", "/name"]) == ["ibam", "/name"]
