from collections.abc import Sequence

from durably.authoring.package import Declare
from durably.contracts.settings import load_settings
from durably.engine.loops import run
from durably.telemetry.logging import configure
from durably.telemetry.tracing import with_trace_ids
from worker.bootstrap import bootstrap
from worker.settings import WorkerSettings


async def _serve(settings: WorkerSettings, packages: Sequence[Declare] | None) -> None:
    worker = await bootstrap(settings, packages=packages)
    await worker.run()


def main(packages: Sequence[Declare] | None = None) -> None:
    """Run a worker until SIGTERM or SIGINT.

    Args:
        packages: What it runs; by default what is installed and chosen by the settings.
    """
    settings = load_settings(WorkerSettings)
    extra = (with_trace_ids,) if settings.otlp_endpoint else ()
    configure(format=settings.log_format, service="worker", level=settings.log_level, extra=extra)
    run(_serve(settings, packages))


if __name__ == "__main__":
    main()
