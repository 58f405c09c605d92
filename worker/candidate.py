"""What a worker of this build would run, looked at without a worker: nothing is connected to and nothing is started."""

from collections.abc import Sequence
from importlib.metadata import EntryPoint
from typing import Any, NoReturn

from durably.authoring.environment import Environment
from durably.authoring.package import ENTRY_POINTS, Package
from durably.contracts.settings import load_settings
from durably.engine.registry import Registry
from worker.activities import send_notification
from worker.discovery import Declared, PackageError, declared, installed, registry_of
from worker.settings import WorkerSettings


async def candidate(wanted: Sequence[str] = ()) -> Registry:
    """The workflows and activities of the code that is installed here.

    Args:
        wanted: Packages, by the name of their entry point or as `MODULE:FUNCTION`; by default what a worker here
            would run.

    Raises:
        PackageError: One of them cannot be used, in a line that says why.
        SystemExit: With code 2, where a package refuses its settings, after a line that says why.
    """
    environment = Environment(state=_nothing(), notifier=_nothing())
    try:
        found = [declared(point, environment) for point in _points(wanted)]
    finally:
        await environment.aclose()
    own = Declared("every worker", Package(activities=(send_notification.definition(environment.notifier),)))
    return registry_of((own, *found))


def _points(wanted: Sequence[str]) -> tuple[EntryPoint, ...]:
    if not wanted:
        return installed(load_settings(WorkerSettings).packages)
    named = [name for name in wanted if ":" not in name]
    given = tuple(EntryPoint(name=name, value=name, group=ENTRY_POINTS) for name in wanted if ":" in name)
    return (*(installed(",".join(named)) if named else ()), *given)


def _nothing() -> Any:
    return _Nothing()


class _Nothing:
    """In the place of what a package is offered. Declaring does no I/O, and activities do not run here."""

    def __getattr__(self, name: str) -> NoReturn:
        raise PackageError(f"a package asks for {name} while it is declared; only its activities may")
