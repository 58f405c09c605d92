"""`durably why`: why an instance is where it is, and what to type next."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from durably.cli.commands.abreast import abreast
from durably.cli.commands.api import Api, path
from durably.cli.commands.declared import ACTIVE, Filters, InstanceIds
from durably.cli.commands.explaining import drawn, essence, explained
from durably.cli.commands.listing import pages
from durably.cli.commands.output import document, note, on_terminal, say, styled
from durably.cli.commands.profile import Server
from durably.cli.commands.refreshing import Sight, Watch, refreshed
from durably.cli.commands.refusals import RefusedError
from durably.cli.commands.survey import Survey
from durably.cli.commands.text import printable
from durably.cli.exits import CommandError, ExitCode, UsageError

_OVER = ("finished", "failed")

Stuck = Annotated[
    bool,
    typer.Option(
        "--stuck", help="Ask why of every instance that has not ended, or that the filters find; show what is not well."
    ),
]


def why(
    *, server: Server, filters: Filters, instance_ids: InstanceIds = None, stuck: Stuck = False, watch: Watch = False
) -> None:
    """Say why an instance is where it is: a verdict, the evidence for it, and what to type next.

    The exit code is 0 where all is well, 9 where somebody has to do something, and 1 where one could not be looked at.
    With --json: the diagnosis; of several instances {"diagnoses": [...], "failed": [...]}; with --stuck
    {"looked_at": ..., "counts": [...], "diagnoses": [...], "unreadable": {...}}, the diagnoses of what is not well.
    """
    _check(instance_ids or [], filters, stuck=stuck, watch=watch)
    if stuck:
        _survey(server, filters)
    elif len(instance_ids or ()) == 1:
        _one(server, (instance_ids or [""])[0], watch=watch)
    else:
        _several(server, list(dict.fromkeys(instance_ids or ())))


def _check(instance_ids: list[str], filters: Filters, *, stuck: bool, watch: bool) -> None:
    if instance_ids and (stuck or filters.given):
        raise UsageError("instances are named, and others are asked for too", hint="name some, or say --stuck")
    if not instance_ids and not stuck:
        raise UsageError("nothing says which instance is meant", hint="name it, or say --stuck for all that are stuck")
    if watch and (stuck or len(instance_ids) != 1):
        raise UsageError("--watch takes one instance", hint="`durably why ID --watch`")


def _one(server: Server, instance_id: str, *, watch: bool) -> None:
    api = server.api()
    sight = Sight(
        look=lambda: diagnosed(api, instance_id),
        key=essence,
        tell=_tell,
        drawn=drawn,
        over=lambda found: found["verdict"] in _OVER,
    )
    if watch:
        found = refreshed(sight, as_json=server.as_json)
    else:
        found = sight.look()
        _show(found, as_json=server.as_json)
    _end([found])


def _several(server: Server, instance_ids: list[str]) -> None:
    found: dict[str, dict[str, Any]] = {}
    failed: list[dict[str, Any]] = []
    with closing(abreast(server, instance_ids, diagnosed, what="why")) as answers:
        for instance_id, answer in answers:
            try:
                found[instance_id] = answer.result()
            except CommandError as error:
                if error.code is ExitCode.UNAVAILABLE:
                    raise
                code = error.problem.get("code") if isinstance(error, RefusedError) else None
                failed.append({"instance_id": instance_id, "code": code, "detail": str(error)})
    diagnoses = [found[instance_id] for instance_id in instance_ids if instance_id in found]
    if server.as_json:
        document({"diagnoses": diagnoses, "failed": failed})
    else:
        for number, diagnosis in enumerate(diagnoses):
            _tell(diagnosis, apart=number > 0)
    for entry in failed:
        note(f"{printable(entry['instance_id'])}: {entry['detail']}")
    if failed:
        raise typer.Exit(ExitCode.FAILED)
    _end(diagnoses)


def _survey(server: Server, filters: Filters) -> None:
    query = filters.query()
    query["status"] = query["status"] or list(ACTIVE)
    *_, (listed, _) = pages(server.api(), query, limit=0)
    survey = Survey()
    with closing(abreast(server, [entry["instance_id"] for entry in listed], diagnosed, what="why")) as answers:
        for instance_id, answer in answers:
            try:
                survey.add(answer.result())
            except UsageError as error:  # an id that no path can have
                survey.unread(instance_id, str(error))
            except RefusedError as error:
                if error.code is not ExitCode.NOT_FOUND:  # it was purged meanwhile
                    raise
    if server.as_json:
        document(survey.report())
    else:
        survey.tell()
    _end(survey.unwell)
    if survey.unreadable:
        raise typer.Exit(ExitCode.FAILED)


def diagnosed(api: Api, instance_id: str) -> dict[str, Any]:
    """The diagnosis of an instance; raises as `Api.get` does."""
    found: dict[str, Any] = api.get(path("instances", instance_id, "why"))
    return found


def _show(diagnosis: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        document(diagnosis)
    else:
        _tell(diagnosis)


def _tell(diagnosis: dict[str, Any], *, apart: bool = False) -> None:
    if apart:
        say("")
    for cell in explained(diagnosis, now=datetime.now(UTC) if on_terminal() else None):
        say(styled(cell.text, cell.style))


def _end(diagnoses: list[dict[str, Any]]) -> None:
    """End with the exit code that they make, unless all is well."""
    if not all(diagnosis["healthy"] for diagnosis in diagnoses):
        raise typer.Exit(ExitCode.UNHEALTHY)
