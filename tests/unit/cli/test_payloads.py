from pathlib import Path

import pytest

from durably.cli.commands.payloads import explained, payload, with_fields
from durably.cli.commands.refusals import RefusedError
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


@pytest.mark.parametrize(
    ("fields", "wrong", "hint"),
    [
        (["priority=9"], "input.priority", "-f priority:=9 sends it as JSON"),
        (["priority=high"], "input.priority", "otherwise"),
        (["priority:=9"], "input.priority", "otherwise"),
        (["title=9"], "input.priority", "otherwise"),
        ([], "instance_id", "an id begins with a letter or a digit"),
    ],
)
def test_a_refused_input_says_what_would_have_been_right(fields: list[str], wrong: str, hint: str) -> None:
    problem = {"code": "invalid_input", "errors": [{"field": wrong, "message": "is wrong"}]}
    with pytest.raises(RefusedError) as refused, explained(fields, "otherwise"):
        raise RefusedError(422, problem)
    assert hint in refused.value.hint


def test_a_refusal_that_is_not_about_the_input_keeps_its_own_word() -> None:
    with pytest.raises(RefusedError) as refused, explained([], "otherwise"):
        raise RefusedError(409, {"code": "instance_exists", "instance_id": "task-1"})
    assert "choose another --id" in refused.value.hint
