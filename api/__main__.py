from api.bootstrap import server
from api.settings import ApiSettings
from durably.contracts.settings import load_settings
from durably.telemetry.logging import configure


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load_settings(ApiSettings)
    configure(format=settings.log_format, service="api", level=settings.log_level)
    server(settings).serve_forever()


if __name__ == "__main__":
    main()
