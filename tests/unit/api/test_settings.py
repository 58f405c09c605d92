from pathlib import Path

import pytest

from api.settings import ApiSettings
from durably.contracts.settings import load_settings
from tests.harness.ports import free_port
from tests.unit.api.api_process import api_process
from tests.unit.api.fake_control import SIDECAR_TOKEN


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAPR_API_TOKEN", raising=False)


def test_every_option_is_described() -> None:
    assert all(field.description for field in ApiSettings.model_fields.values())


def test_without_any_variable_it_serves_loopback_and_asks_a_worker_on_this_machine() -> None:
    settings = ApiSettings()

    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert str(settings.control_url) == "http://127.0.0.1:8081/"
    assert settings.worker_app_id is None


def test_the_sidecars_token_is_found_where_dapr_puts_it_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAPR_API_TOKEN", SIDECAR_TOKEN)
    settings = ApiSettings()

    assert settings.token == SIDECAR_TOKEN
    assert SIDECAR_TOKEN not in repr(settings)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLY_API_WORKER_APP_ID", "")

    assert ApiSettings().worker_app_id is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DURABLY_API_PORT", "eighty"),
        ("DURABLY_API_PORT", "65536"),
        ("DURABLY_API_PORT", "tcp://10.0.0.1:80"),
        ("DURABLY_API_CONTROL_URL", "localhost"),
        ("DURABLY_API_CONTROL_TIMEOUT_S", "5"),
        ("DURABLY_API_MAX_BODY_BYTES", "0"),
        ("DURABLY_API_SHUTDOWN_GRACE_S", "0"),
        ("DURABLY_API_TRACE_SAMPLING", "1.5"),
        ("DURABLY_API_OTLP_ENDPOINT", "collector:4317"),
        ("DURABLY_API_LOG_FORMAT", "xml"),
        ("DURABLY_API_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SystemExit) as stopped:
        load_settings(ApiSettings)

    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{variable}: ")
    assert value in line


async def test_the_process_ends_with_that_line_and_that_code(tmp_path: Path) -> None:
    process = api_process(tmp_path, env={"DURABLY_API_PORT": "eighty"})
    process.spawn()

    assert await process.wait_exit() == 2
    (line,) = process.output().splitlines()
    assert line.startswith("DURABLY_API_PORT: ")


async def test_a_port_that_is_taken_stops_the_start_with_one_line_that_names_it(tmp_path: Path) -> None:
    port = free_port()
    first, second = (api_process(tmp_path / name, port=port) for name in ("first", "second"))
    await first.start()
    second.spawn()

    code = await second.wait_exit()
    await first.stop()

    assert code == 1
    (line,) = second.output().splitlines()
    assert line.startswith("DURABLY_API_PORT: ")
    assert str(port) in line
