import pytest
from pydantic_settings import BaseSettings

from durably.contracts.applications import ScreeningPolicy
from durably.contracts.settings import load_settings
from worker.packages.settings import ApplicationSettings, OrderSettings, PackageSettings, TaskSettings
from worker.settings import WorkerSettings


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAPR_GRPC_PORT", "DAPR_HTTP_PORT", "DAPR_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_without_any_variable_a_worker_is_ready_for_a_laptop() -> None:
    settings = load_settings(WorkerSettings)

    assert (settings.sidecar_grpc_host, settings.sidecar_grpc_port) == ("127.0.0.1", 50_001)
    assert (settings.control_port, settings.probe_host, settings.probe_port) == (8_081, "127.0.0.1", 8_082)


def test_the_port_that_the_injector_sets_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAPR_GRPC_PORT", "50007")

    assert load_settings(WorkerSettings).sidecar_grpc_port == 50_007


def test_a_sidecar_is_watched_where_the_injector_says_that_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings(WorkerSettings).sidecar_http_port is None

    monkeypatch.setenv("DAPR_HTTP_PORT", "3500")

    assert load_settings(WorkerSettings).sidecar_http_port == 3_500


def test_our_own_variable_wins_over_the_injectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAPR_GRPC_PORT", "50007")
    monkeypatch.setenv("DURABLY_WORKER_SIDECAR_GRPC_PORT", "50008")

    assert load_settings(WorkerSettings).sidecar_grpc_port == 50_008


def test_delays_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLY_WORKER_ACTIVITY_DELAY_S", '{"assign_task": 2.0}')

    assert load_settings(WorkerSettings).activity_delay_s == {"assign_task": 2.0}


def test_a_screening_policy_that_says_one_thing_keeps_the_other_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLY_WORKER_SCREENING", '{"interview_from": 90, "keywords": {"cobol": 30}}')

    screening = load_settings(ApplicationSettings).screening

    assert (screening.interview_from, screening.keywords) == (90, {"cobol": 30})
    assert screening.review == ScreeningPolicy().review


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart renders an unset value as an empty string."""
    monkeypatch.setenv("DURABLY_WORKER_MAX_ACTIVITIES", "")

    assert load_settings(WorkerSettings).max_activities is None


def test_a_level_may_be_written_in_lower_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLY_WORKER_LOG_LEVEL", "warning")

    assert load_settings(WorkerSettings).log_level == "WARNING"


def test_the_token_does_not_show_when_the_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = "hunter2"
    monkeypatch.setenv("DAPR_API_TOKEN", shown)

    settings = load_settings(WorkerSettings)

    assert settings.token == shown
    assert shown not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DURABLY_WORKER_CONTROL_PORT", "http", "valid integer"),
        ("DURABLY_WORKER_CONTROL_PORT", "70000", "less than or equal to 65535"),
        ("DAPR_GRPC_PORT", "http", "valid integer"),
        ("DURABLY_WORKER_ACTIVITY_DELAY_S", "{", "is not JSON"),
        ("DURABLY_WORKER_ACTIVITY_DELAY_S", '{"assign_task": -1}', "[assign_task]"),
        ("DURABLY_WORKER_ACTIVITY_DELAY_S", "[1]", "valid dictionary"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "URL scheme should be 'http' or 'https'"),
        ("DURABLY_WORKER_LOG_FORMAT", "xml", "'auto', 'json' or 'console'"),
        ("DURABLY_WORKER_SHUTDOWN_GRACE_S", "nan", "less than or equal to 3600"),
        ("DURABLY_WORKER_CENSUS_INTERVAL_S", "inf", "less than or equal to"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)

    the_start_stops(WorkerSettings, variable, said, capsys)


def the_start_stops(settings: type[BaseSettings], variable: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Assert that loading ends the process, after one line that names the variable."""
    with pytest.raises(SystemExit) as stopped:
        load_settings(settings)

    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(variable)
    assert said in line


@pytest.mark.parametrize(
    ("settings", "variable", "value", "said"),
    [
        (ApplicationSettings, "DURABLY_WORKER_SCREENING", '{"interview_from": 101}', "[interview_from]"),
        (ApplicationSettings, "DURABLY_WORKER_SCREENING", '{"interview_from": 30}', "SCREENING: review_from is above"),
        (
            ApplicationSettings,
            "DURABLY_WORKER_SCREENING",
            '{"review": {"approvers": [], "deadline_s": 5, "on_deadline": "reject"}}',
            "[review][approvers]",
        ),
        (
            TaskSettings,
            "DURABLY_WORKER_TASK_APPROVAL",
            '{"approvers": ["a"], "deadline_s": 5}',
            "DURABLY_WORKER_TASK_APPROVAL[on_deadline]: is missing",
        ),
        (TaskSettings, "DURABLY_WORKER_TASK_APPROVAL_ABOVE", "11", "less than or equal to 10"),
        (OrderSettings, "DURABLY_WORKER_STOCK", '{"apple": -1}', "[apple]"),
        (OrderSettings, "DURABLY_WORKER_PAYMENT_URL", "gateway", "valid URL"),
    ],
)
def test_a_bad_value_of_a_package_stops_the_start_in_the_same_way(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: type[PackageSettings],
    variable: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(variable, value)

    the_start_stops(settings, variable, said, capsys)


def test_each_bad_value_has_its_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DURABLY_WORKER_CONTROL_PORT", "0")
    monkeypatch.setenv("DURABLY_WORKER_PROBE_PORT", "0")

    with pytest.raises(SystemExit):
        load_settings(WorkerSettings)

    assert len(capsys.readouterr().err.splitlines()) == 2


def test_each_part_that_is_missing_has_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DURABLY_WORKER_ORDER_APPROVAL", '{"approvers": ["a"]}')

    with pytest.raises(SystemExit):
        load_settings(OrderSettings)

    assert capsys.readouterr().err.splitlines() == [
        "DURABLY_WORKER_ORDER_APPROVAL[deadline_s]: is missing",
        "DURABLY_WORKER_ORDER_APPROVAL[on_deadline]: is missing",
    ]
