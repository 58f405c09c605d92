"""Finds the packages that a worker runs: every installed distribution may declare some, ours does it the same way."""

import importlib
import inspect
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from itertools import pairwise
from typing import Any, Final

from durably.authoring.environment import Environment
from durably.authoring.package import ENTRY_POINTS, Package
from durably.engine.registry import Registry

_NOT_THEIRS: Final = ("<frozen", importlib.__path__[0], __file__)
"""Where frames of an import begin that say nothing to the author of a package."""


class PackageError(Exception):
    """A package cannot be run; the message is one line, and says whose it is."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A package, and who declared it.

    Attributes:
        source: The distribution and the entry point, for messages.
        package: What it brings.
    """

    source: str
    package: Package


def installed(chosen: str) -> tuple[EntryPoint, ...]:
    """The entry points of the packages that are to be run, by name.

    Args:
        chosen: Their names, separated by commas; empty for all that are installed.

    Raises:
        PackageError: There are none, one that was chosen is not installed, or two have one name.
    """
    found = sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)
    names = [point.name for point in found]
    for first, second in pairwise(found):
        if first.name == second.name:
            raise PackageError(f"{_source(second)}: the name {second.name} is taken by {_source(first)}")
    wanted = {name.strip() for name in chosen.split(",")} - {""} or set(names)
    if missing := ", ".join(sorted(wanted - set(names))):
        raise PackageError(f"DURABLY_WORKER_PACKAGES: not installed: {missing}; installed: {', '.join(names)}")
    if not found:
        raise PackageError(f"No installed distribution has an entry point {ENTRY_POINTS}; install durably with pip.")
    return tuple(point for point in found if point.name in wanted)


def declared(point: EntryPoint, environment: Environment) -> Declared:
    """The package of an entry point.

    Raises:
        PackageError: It cannot be imported, is not callable, or does not return a `Package`.
    """
    source = _source(point)
    try:
        declare: Any = point.load()
    except Exception as error:
        raise PackageError(f"{source}: cannot be imported: {_told(error)}") from error
    if not callable(declare):
        raise PackageError(f"{source}: has to be a function that takes an Environment; it is {declare!r}")
    try:
        package = declare(environment)
    except Exception as error:
        raise PackageError(f"{source}: cannot be declared: {_told(error)}") from error
    if inspect.iscoroutine(package):
        package.close()  # or Python would warn of it, beside the line that says more
    if not isinstance(package, Package):
        raise PackageError(f"{source}: has to return a durably.authoring.Package; it returned {package!r}")
    return Declared(source, package)


def registry_of(packages: Sequence[Declared]) -> Registry:
    """The table of everything that the packages bring. A name belongs to one of them, with all of its versions.

    Raises:
        PackageError: Something stands twice, or there is no workflow.
    """
    owners: dict[str, str] = {}
    for one in packages:
        for name in _names(one):
            if name in owners:
                raise PackageError(f"{one.source}: {name} is declared by {owners[name]} already")
        owners |= dict.fromkeys(_names(one), one.source)
    workflows = tuple(workflow for one in packages for workflow in one.package.workflows)
    try:
        return Registry(workflows=workflows, activities=tuple(a for one in packages for a in one.package.activities))
    except ValueError as error:
        raise PackageError(str(error)) from error


def _names(one: Declared) -> list[str]:
    """What a package claims for itself.

    Raises:
        PackageError: It declares something twice.
    """
    workflows, activities = one.package.workflows, [f"activity {a.name}" for a in one.package.activities]
    versions = [f"workflow {w.name} {w.version}" for w in workflows]
    if twins := {name for name in (*versions, *activities) if (*versions, *activities).count(name) > 1}:
        raise PackageError(f"{one.source}: declares twice: {', '.join(sorted(twins))}")
    return sorted({*activities, *(f"workflow {w.name}" for w in workflows)})


def _source(point: EntryPoint) -> str:
    whose = f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"
    return f"{whose}, entry point {point.name} = {point.value}"


def _told(error: Exception) -> str:
    """An error in one line, with the place in the author's code that it comes from."""
    said = f"{type(error).__name__}: {' '.join(str(error).split())}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(_NOT_THEIRS)]
    return f"{said} ({frames[-1].filename}:{frames[-1].lineno})" if frames else said
