from api.bootstrap import server
from api.settings import ApiSettings
from durably.contracts.settings import load_settings
from durably.telemetry.logging import configure
from durably.telemetry.tracing import with_trace_ids


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load_settings(ApiSettings)
    extra = (with_trace_ids,) if settings.otlp_endpoint else ()
    configure(format=settings.log_format, service="api", level=settings.log_level, extra=extra)
    server(settings).serve_forever()


if __name__ == "__main__":
    main()
