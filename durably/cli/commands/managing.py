"""`durably pause`, `resume`, `terminate` and `purge`: one instance, several, or all that filters find."""

from typing import Any

import typer

from durably.cli.commands.abreast import Call
from durably.cli.commands.api import Api, path
from durably.cli.commands.bulk import Verb, perform
from durably.cli.commands.declared import ACTIVE, ENDED, InstanceIds, Reason
from durably.cli.commands.output import document, note, say
from durably.cli.commands.profile import Server
from durably.cli.commands.selecting import Choice, confirm, selected
from durably.cli.exits import ExitCode, UsageError


def pause(*, server: Server, choice: Choice, instance_ids: InstanceIds = None, reason: Reason = "") -> None:
    """Pause instances: by id, or all that filters find.

    Those are counted first, and you are asked. An activity that runs goes on to its end; what follows waits.
    """
    verb = Verb("pause", ("pending", "running"), _asking("pause", reason))
    _manage(server, verb, instance_ids or [], choice)


def resume(*, server: Server, choice: Choice, instance_ids: InstanceIds = None, reason: Reason = "") -> None:
    """Let paused instances go on: by id, or all that filters find.

    Those are counted first, and you are asked.
    """
    verb = Verb("resume", ("suspended",), _asking("resume", reason))
    _manage(server, verb, instance_ids or [], choice)


def terminate(*, server: Server, choice: Choice, instance_ids: InstanceIds = None, reason: Reason = "") -> None:
    """End instances now: by id, or all that filters find.

    Those are counted first, and you are asked. Nothing is compensated. Children end with their parents.
    """
    verb = Verb("terminate", ACTIVE, _asking("terminate", reason))
    _manage(server, verb, instance_ids or [], choice)


def purge(*, server: Server, choice: Choice, instance_ids: InstanceIds = None) -> None:
    """Delete ended instances and their histories: by id, or all that filters find.

    Those are counted first, and you are asked. Children are deleted with their parents.
    """
    _manage(server, Verb("purge", ENDED, _purged), instance_ids or [], choice)


def _asking(verb: str, reason: str) -> Call:
    body = {"reason": reason} if reason else None

    def call(api: Api, instance_id: str) -> Any:
        return api.post(path("instances", instance_id, verb), body)

    return call


def _purged(api: Api, instance_id: str) -> Any:
    api.delete(path("instances", instance_id))
    return {"instance_id": instance_id, "requested": "purge"}


def _manage(server: Server, verb: Verb, instance_ids: list[str], choice: Choice) -> None:
    if instance_ids and (choice.given or choice.everything):
        raise UsageError("instances are named, and filters are given", hint="either, not both")
    if len(instance_ids) == 1:
        answer = verb.call(server.api(), instance_ids[0])
        if server.as_json:
            document(answer)
        else:
            say(f"{verb.name} requested: {instance_ids[0]}" if verb.name != "purge" else f"purged: {instance_ids[0]}")
        return
    named = bool(instance_ids)
    if not named:
        instance_ids = selected(server.api(), verb, choice)
        confirm(verb, len(instance_ids), choice)
    done = perform(server, verb, instance_ids, named=named)
    if server.as_json:
        document(done.report())
    else:
        note(done.summary(verb) if instance_ids else f"There is nothing to {verb.name}.")
    if done.failed:
        raise typer.Exit(ExitCode.FAILED)
