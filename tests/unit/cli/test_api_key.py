"""`durably api-key`: what it prints is what the API takes."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from api.security.callers import Role
from api.security.keys import owner, parsed
from durably.cli.api_key import api_key
from durably.cli.exits import UsageError


def test_the_key_belongs_to_its_entry(capsys: pytest.CaptureFixture[str]) -> None:
    api_key("ci", [Role.OPERATOR, Role.VIEWER])

    key, entry = capsys.readouterr().out.splitlines()
    caller = owner(key, parsed(f"[{entry}]"))
    assert (caller.name, caller.roles) == ("ci", {Role.OPERATOR, Role.VIEWER})
    assert key not in entry
    assert json.loads(entry)["roles"] == ["operator", "viewer"]


def test_what_is_no_output_goes_where_it_does_not_get_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    api_key("ci", [Role.VIEWER])

    assert "not shown again" in capsys.readouterr().err


def test_scripts_get_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    api_key("ci", [Role.APPROVER], as_json=True)

    captured = capsys.readouterr()
    made = json.loads(captured.out)
    assert owner(made["key"], parsed(json.dumps([made["entry"]]))).name == "ci"
    assert captured.err == ""


def test_a_key_can_be_good_for_some_days_only(capsys: pytest.CaptureFixture[str]) -> None:
    api_key("ci", [Role.VIEWER], days=30, as_json=True)

    until = datetime.fromisoformat(json.loads(capsys.readouterr().out)["entry"]["not_after"])
    assert abs(until - datetime.now(UTC) - timedelta(days=30)) < timedelta(minutes=5)


def test_two_keys_are_never_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        api_key("ci", [Role.VIEWER], as_json=True)

    one, two = (json.loads(line)["key"] for line in capsys.readouterr().out.splitlines())
    assert one != two


@pytest.mark.parametrize("name", ["", " ci", "a\nb", "x" * 201])
def test_a_name_that_could_be_mistaken_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="no name for a key"):
        api_key(name, [Role.VIEWER])
    assert capsys.readouterr().out == ""
