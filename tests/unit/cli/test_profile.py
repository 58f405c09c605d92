from pathlib import Path

import pytest

from durably.cli.commands.profile import Server, configuration, configuration_file
from durably.cli.exits import UsageError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file, empty."""
    monkeypatch.setenv("DURABLY_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").touch()
    return tmp_path / "config.toml"


def test_an_option_is_stronger_than_the_file_and_the_file_than_the_default(file: Path) -> None:
    assert Server().api().url == "http://127.0.0.1:8080"
    file.write_text('server = "https://kept.example"')
    assert Server().api().url == "https://kept.example"
    assert Server(server="http://given.example").api().url == "http://given.example"


def test_the_file_is_where_the_platform_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DURABLY_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert configuration_file() == tmp_path / "durably" / "config.toml"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert configuration_file() == tmp_path / ".config" / "durably" / "config.toml"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("server = 1", "server has to be text"), ('tokn = "x"', "'tokn'"), ("server", "cannot be read"), ("\x00", "read")],
)
def test_a_file_that_is_wrong_is_named_with_what_is_wrong(file: Path, text: str, wrong: str) -> None:
    file.write_text(text)
    with pytest.raises(UsageError, match=r"config\.toml.*" + wrong):
        configuration(file)


def test_a_file_that_is_named_and_not_there_is_told_of(file: Path) -> None:
    file.unlink()
    with pytest.raises(UsageError, match=r"there is no .*config\.toml, which DURABLY_CONFIG names") as refused:
        Server().api()
    assert "unset DURABLY_CONFIG" in refused.value.hint


def test_without_a_file_in_its_usual_place_the_defaults_are_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DURABLY_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert Server().api().url == "http://127.0.0.1:8080"


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://x", "http://", "http://x:port", "http://x:99999"])
def test_what_is_no_address_is_refused(file: Path, url: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        Server(server=url).api()


def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(file: Path) -> None:
    with pytest.raises(UsageError, match="--token") as refused:
        Server(token="secret\nX: y").api()  # noqa: S106 - nobody's
    assert "secret" not in str(refused.value)
