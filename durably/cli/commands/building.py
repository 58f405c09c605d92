"""The code that is installed where the command runs, as a worker would run it."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from durably.cli.exits import UsageError
from durably.engine.registry import Registry
from worker.candidate import candidate
from worker.discovery import PackageError

Packages = Annotated[
    list[str] | None,
    typer.Option(
        "--package",
        "-p",
        metavar="PACKAGE",
        help="The code: a package that is installed, by the name of its entry point, or MODULE:FUNCTION of one that "
        "is not. Repeat it for several. By default what a worker here would run.",
        show_default=False,
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="Count it as a break, too, where only an input, a time or a result is another than recorded."
    ),
]


def build(packages: Sequence[str] | None) -> Registry:
    """The workflows and activities of this build.

    Raises:
        UsageError: A package cannot be used.
    """
    sys.path.insert(0, "")  # as `python -m` does, for a package that is not installed
    try:
        return asyncio.run(candidate(packages or ()))
    except PackageError as error:
        raise UsageError(str(error), hint="is the build that is meant installed here? --package names others") from None
    finally:
        sys.path.remove("")
