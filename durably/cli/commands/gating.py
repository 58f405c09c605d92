"""`durably gate`: every open instance of a running system against the code that is installed here."""

from collections.abc import Mapping
from contextlib import closing
from typing import Annotated, Any, Final

import typer

from durably.cli.commands.abreast import abreast
from durably.cli.commands.api import Api, path
from durably.cli.commands.building import Packages, Strict, build
from durably.cli.commands.candidate import Candidate, Verdict
from durably.cli.commands.declared import ENDED, STATUSES
from durably.cli.commands.limiting import TimeLimit
from durably.cli.commands.listing import pages
from durably.cli.commands.output import document, note, say
from durably.cli.commands.profile import Server
from durably.cli.commands.refusals import RefusedError
from durably.cli.commands.rehearsals import BREAKS, OK, explain, headline
from durably.cli.commands.text import seconds_of
from durably.cli.commands.verdicts import Verdicts
from durably.cli.commands.waiting import insist
from durably.cli.exits import ExitCode, UsageError
from durably.contracts.recordings import Recording

_OPEN: Final = tuple(status for status in STATUSES if status not in ENDED)

Retired = Annotated[
    list[str] | None,
    typer.Option(
        "--retired",
        metavar="WORKFLOW",
        help="A workflow that the new code does not have any more on purpose: it breaks only instances that are open. "
        "Repeat it for several.",
        show_default=False,
    ),
]
Patient = Annotated[
    str,
    typer.Option(
        "--patience",
        metavar="DURATION",
        help="How long a server that is away at the beginning is asked again, such as 30s; later on it is a minute.",
    ),
]


def gate(
    *,
    server: Server,
    packages: Packages = None,
    retired: Retired = None,
    strict: Strict = False,
    patience: Patient = "0s",
    time_limit: TimeLimit = "30s",
) -> None:
    """Replay every open instance of a running system against the code that is installed here.

    It only reads; instances go on meanwhile, and those that end are left out. Exit code 1 says that instances would
    break, or could not be looked at, 5 that the system cannot be asked: do not release then.
    With --json: {"passes": ..., "groups": [...], "unreadable": {...}}.
    """
    candidate = Candidate(build(packages), strict=strict, limit_s=seconds_of(time_limit))
    api = server.api()
    known, workflows = insist(lambda: _asked(api), limit_s=seconds_of(patience))
    verdicts = Verdicts(gone=candidate.gone(known, retired or ()))
    _judge_all(server, candidate, workflows, verdicts)
    if server.as_json:
        document(verdicts.report())
    else:
        _show(verdicts)
    if not verdicts.passes:
        raise typer.Exit(ExitCode.FAILED)


def _asked(api: Api) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """What the running system has registered, and the workflow of each instance that is open."""
    known = api.get("/workflows")["workflows"]
    *_, (found, _) = pages(api, {"status": list(_OPEN)}, limit=0)
    return known, {view["instance_id"]: view["workflow"] for view in found}


def _judge_all(server: Server, candidate: Candidate, workflows: Mapping[str, str], verdicts: Verdicts) -> None:
    """Ask for all histories, side by side, and judge each as it comes."""
    with closing(abreast(server, list(workflows), _fetched, what="replay")) as answers:
        for instance_id, answer in answers:
            workflow = workflows[instance_id]
            try:
                there, recording = answer.result()
            except (RefusedError, UsageError) as error:  # the latter of an id that no path can have
                verdicts.unread(instance_id, str(error))
                continue
            verdict = candidate.judge(workflow, recording) if there else Verdict(workflow, open=False)
            verdicts.add(instance_id, verdict)


def _fetched(api: Api, instance_id: str) -> tuple[bool, Recording | None]:
    """Whether an instance is there still, and its history, if it does not wait for its first turn."""
    try:
        return True, Recording.model_validate(api.get(path("instances", instance_id, "recording")))
    except RefusedError as error:
        if error.code is not ExitCode.NOT_FOUND:
            raise
    try:
        api.get(path("instances", instance_id))
    except RefusedError as error:
        if error.code is not ExitCode.NOT_FOUND:
            raise
        return False, None
    return True, None


def _show(verdicts: Verdicts) -> None:
    for missing in verdicts.gone:
        headline(BREAKS, missing)
    for group in verdicts.groups():
        headline(BREAKS if group.broken else OK, group.summary)
        if group.divergence is not None:
            say(f"        such as {group.broken[0]}, which `durably record {group.broken[0]}` saves")
            explain(group.divergence)
    for instance_id, why in verdicts.unreadable.items():
        headline(BREAKS, f"{instance_id} could not be looked at: {why}")
    if verdicts.passes:
        note(f"{verdicts.summary}: this build may be released")
    else:
        note(f"{verdicts.summary}: keep the old code under its version, and put the new code behind another one")
