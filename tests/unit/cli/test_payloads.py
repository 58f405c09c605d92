from pathlib import Path

import pytest

from durably.cli.commands.payloads import payload, with_fields
from durably.cli.exits import UsageError


def test_fields_are_text_unless_they_are_written_as_json() -> None:
    given = with_fields({"kept": 1}, ["title=a=b", "priority:=9", "tags:=[1]", "empty="])
    assert given == {"kept": 1, "title": "a=b", "priority": 9, "tags": [1], "empty": ""}


def test_a_field_is_stronger_than_the_input() -> None:
    assert with_fields({"a": 1, "b": 2}, ["a=x"]) == {"a": "x", "b": 2}


@pytest.mark.parametrize("field", ["title", "=x", ":=1", "priority:=x"])
def test_what_is_no_field_is_refused(field: str) -> None:
    with pytest.raises(UsageError, match="--field"):
        with_fields(None, [field])


def test_fields_of_what_is_no_object_are_refused() -> None:
    with pytest.raises(UsageError, match="object"):
        with_fields([1], ["a=b"])


def test_without_an_input_there_is_none() -> None:
    assert payload(None) is None
    assert with_fields(payload("null"), []) is None


def test_a_file_that_is_not_there_and_one_that_is_no_json_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.json cannot be read"):
        payload(f"@{tmp_path / 'gone.json'}")
    (tmp_path / "broken.json").write_bytes(b"\xff{")
    with pytest.raises(UsageError, match=r"broken\.json is no JSON"):
        payload(f"@{tmp_path / 'broken.json'}")
