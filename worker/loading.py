"""What a worker runs: the packages, put together, or one line that says why not."""

import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple, NoReturn

import structlog

from durably.authoring import Environment, Package
from durably.authoring.package import Declare
from durably.contracts.settings import EXIT_BAD_SETTINGS
from durably.engine.registry import Registry
from worker.activities import send_notification
from worker.discovery import Declared, PackageError, declared, installed, registry_of
from worker.faults import delayed
from worker.settings import WorkerSettings

Background = tuple[Callable[[], Coroutine[Any, Any, None]], ...]


class Loaded(NamedTuple):
    """What the packages bring together.

    Attributes:
        registry: What can be run.
        background: What goes on beside it.
    """

    registry: Registry
    background: Background


def load(settings: WorkerSettings, environment: Environment, packages: Sequence[Declare] | None = None) -> Loaded:
    """Declare every package.

    Args:
        settings: Which are chosen, and which activities are made slow.
        environment: What they are offered.
        packages: Those of a test, instead of those that are installed.

    Raises:
        SystemExit: With code 2, after one line on standard error.
    """
    try:
        found = (_own(environment), *_declared(settings, environment, packages))
        registry = registry_of(found)
    except PackageError as error:
        _refuse(str(error), error)
    try:
        slow = delayed(registry.activities, settings.activity_delay_s)
    except ValueError as error:
        _refuse(f"DURABLY_WORKER_ACTIVITY_DELAY_S: {error}", error)
    background = tuple(_told(one.source, task) for one in found for task in one.package.background)
    return Loaded(Registry(workflows=registry.workflows, activities=slow), background)


def _own(environment: Environment) -> Declared:
    """What every worker has, because the building block `approval` calls it."""
    return Declared("every worker", Package(activities=(send_notification.definition(environment.notifier),)))


def _declared(
    settings: WorkerSettings, environment: Environment, packages: Sequence[Declare] | None
) -> tuple[Declared, ...]:
    if packages is not None:
        return tuple(Declared(declare.__module__, declare(environment)) for declare in packages)
    return tuple(declared(point, environment) for point in installed(settings.packages))


def _told(source: str, task: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], Coroutine[Any, Any, None]]:
    """A background task whose end by an error is in the log; the workflows go on without it."""

    async def run() -> None:
        try:
            await task()
        except Exception:  # noqa: BLE001 - somebody else's code, and nobody else looks at how it ends
            structlog.get_logger().exception("background_failed", package=source)

    return run


def _refuse(line: str, error: Exception) -> NoReturn:
    sys.stderr.write(f"{line}\n")
    raise SystemExit(EXIT_BAD_SETTINGS) from error
