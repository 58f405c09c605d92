from durably.contracts.settings import load_settings
from durably.engine.loops import run
from durably.telemetry.logging import configure
from durably.telemetry.tracing import with_trace_ids
from worker.bootstrap import bootstrap
from worker.settings import WorkerSettings


async def _serve(settings: WorkerSettings) -> None:
    worker = await bootstrap(settings)
    await worker.run()


def main() -> None:
    """Run a worker until SIGTERM or SIGINT."""
    settings = load_settings(WorkerSettings)
    extra = (with_trace_ids,) if settings.otlp_endpoint else ()
    configure(format=settings.log_format, service="worker", level=settings.log_level, extra=extra)
    run(_serve(settings))


if __name__ == "__main__":
    main()
