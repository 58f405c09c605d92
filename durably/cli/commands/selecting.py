"""Which instances a command means that was given filters, and whether that is really wanted."""

import sys
from dataclasses import dataclass
from typing import Annotated

import typer

from durably.cli.commands.api import Api
from durably.cli.commands.bulk import Verb
from durably.cli.commands.declared import Filters
from durably.cli.commands.listing import pages
from durably.cli.exits import CommandError, ExitCode, UsageError


@dataclass(frozen=True, slots=True)
class Choice(Filters):
    """The options that say which instances are meant, where they are not named."""

    everything: Annotated[
        bool, typer.Option("--all", help="All instances that it can be done to, where no filter is given.")
    ] = False
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask. Where nobody can be asked it has to be given.")
    ] = False


def selected(api: Api, verb: Verb, choice: Choice) -> list[str]:
    """The ids of the instances that are meant. They are fixed now: what comes later is not meant.

    Raises:
        UsageError: Nothing says which.
    """
    if not choice.given and not choice.everything:
        raise UsageError(
            f"nothing says what to {verb.name}",
            hint="name instances, or filter with --workflow, --status, --prefix or --created-after, or say --all",
        )
    query = choice.query()
    query["status"] = query["status"] or list(verb.statuses)
    *_, (found, _) = pages(api, query, limit=0)
    return [entry["instance_id"] for entry in found]


def confirm(verb: Verb, count: int, choice: Choice) -> None:
    """Ask whether that is wanted, unless it was said or there is nothing to do.

    Raises:
        UsageError: Nobody can be asked.
        CommandError: It is not wanted.
    """
    if choice.yes or not count:
        return
    what = f"{verb.name} {count} instance{'s' if count != 1 else ''}{_filtered(choice)}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"this would {what}, and nobody can be asked here", hint="--yes does it without asking")
    if not typer.confirm(f"{what[0].upper()}{what[1:]}?", err=True):
        raise CommandError("nothing was done", hint="--yes does it without asking", code=ExitCode.FAILED)


def _filtered(filters: Filters) -> str:
    named = {
        "workflow": filters.workflow,
        "status": filters.status,
        "prefix": filters.prefix,
        "created after": filters.created_after,
    }
    said = [f"{name} {value if isinstance(value, str) else ', '.join(value)}" for name, value in named.items() if value]
    return f" ({'; '.join(said)})" if said else ""
