import pytest

from api.bootstrap import application
from api.settings import ApiSettings
from api.tracing import client_traces, telemetry


def test_without_tracing_the_framework_measures_nothing_and_no_header_is_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even where the framework's own variable asks for it."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    config = telemetry(None)

    assert not any(config[what] for what in ("tracing", "metrics", "logs", "operation_spans", "auto_configure"))
    assert client_traces(None) == []
    assert not application(settings=ApiSettings())._native_telemetry.enabled()
