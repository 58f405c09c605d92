from durably.contracts.settings import load_settings
from durably.engine.loops import run
from durably.telemetry.logging import configure
from worker.bootstrap import bootstrap
from worker.settings import WorkerSettings


async def _serve(settings: WorkerSettings) -> None:
    await bootstrap(settings).run()


def main() -> None:
    """Run a worker until SIGTERM or SIGINT."""
    settings = load_settings(WorkerSettings)
    configure(format=settings.log_format, service="worker", level=settings.log_level)
    run(_serve(settings))


if __name__ == "__main__":
    main()
