"""Inputs and results on their way between models and JSON."""

from typing import Any

import pytest
from pydantic import BaseModel

from durably.engine.payloads import UnserialisableResultError, encoded, given, plain


class Card(BaseModel):
    """Something that nobody wants to read in a log."""

    number: int
    limit: float = 1


def test_an_input_is_given_as_its_model() -> None:
    assert given(Card, {"number": 4}, to="charge") == Card(number=4)


def test_an_input_that_does_not_fit_is_told_of_without_its_values() -> None:
    with pytest.raises(ValueError, match=r"^The input does not fit charge: number: .*; limit: ") as raised:
        given(Card, {"number": "4111-1111", "limit": "much"}, to="charge")

    assert "4111" not in str(raised.value)
    assert raised.value.__suppress_context__
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("result", "values", "text"),
    [
        (Card(number=4), {"number": 4, "limit": 1.0}, '{"number": 4, "limit": 1.0}'),
        ([1, {"a": None}], [1, {"a": None}], '[1, {"a": null}]'),
        (None, None, None),
    ],
)
def test_a_result_is_json(result: Any, values: Any, text: str | None) -> None:
    assert (plain(result, of="charge"), encoded(result, of="charge")) == (values, text)


def test_a_result_that_json_cannot_hold_says_whose_it_is() -> None:
    for ask in (plain, encoded):
        with pytest.raises(UnserialisableResultError, match=r"^Activity charge returned what JSON cannot hold"):
            ask(object(), of="Activity charge")
