import pytest

from durably.cli.__main__ import app
from durably.cli.commands.catalogue import COMMANDS, Entry
from durably.cli.exits import ExitCode


def test_a_fault_of_ours_is_a_line_and_the_variable_that_shows_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(COMMANDS, "purge", Entry("commands.missing", "purge", "Act", "Cannot be loaded."))
    monkeypatch.delenv("DURABLY_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        app(["purge"])
    assert ended.value.code == ExitCode.FAILED
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("durably: this is a fault of ours: ModuleNotFoundError")
    assert "DURABLY_DEBUG=1" in second
    monkeypatch.setenv("DURABLY_DEBUG", "1")
    with pytest.raises(ModuleNotFoundError):
        app(["purge"])


def test_an_option_that_is_wrong_is_told_of_in_words_of_people(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app(["api-key", "ci", "--role", "admin"])
    assert ended.value.code == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "'admin' is not one of" in said
    assert "Value error" not in said


def test_a_command_that_is_nearly_right_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app(["terminat"])
    assert ended.value.code == ExitCode.USAGE
    assert "'terminate'" in capsys.readouterr().err
