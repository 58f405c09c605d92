"""`durably start`: a new instance, and what follows from one."""

from typing import Annotated, Any

import typer

from durably.cli.commands.api import Api, path
from durably.cli.commands.declared import Fields, Input, Wait, WorkflowName
from durably.cli.commands.drawing import outcome
from durably.cli.commands.output import document, facts, note, on_terminal, say
from durably.cli.commands.payloads import explained, payload, with_fields
from durably.cli.commands.profile import Server
from durably.cli.commands.waiting import ended, exit_code, seconds_to_wait
from durably.cli.exits import ExitCode, UsageError

NewId = Annotated[
    str | None,
    typer.Option(
        "--id",
        metavar="ID",
        help="The new instance's id; without one it is made. With one it is safe to repeat the command.",
    ),
]


def start(
    *,
    server: Server,
    workflow: WorkflowName,
    given: Input = None,
    field: Fields = None,
    instance_id: NewId = None,
    wait: Wait = None,
) -> None:
    """Start a workflow.

    On a terminal it says how to follow it, in a pipe it prints the new instance's id and nothing else. Starting the
    same id with the same input again changes nothing; another input is a conflict.
    """
    wait_s = None if wait is None else seconds_to_wait(wait)
    value = with_fields(payload(given), field or ())
    if value is not None and not isinstance(value, dict):
        raise UsageError("the input of a workflow is an object", hint='such as --input \'{"task_id": "1"}\'')
    body = {"input": value or {}} | ({"instance_id": instance_id} if instance_id else {})
    api = server.api()
    with explained(field or (), f"`durably workflows {workflow}` shows what its input takes"):
        scheduled = api.post(path("workflows", workflow), body)
    follow(api, scheduled, wait_s=wait_s, as_json=server.as_json)


def follow(api: Api, scheduled: dict[str, Any], *, wait_s: float | None, as_json: bool) -> None:
    """Say that an instance was started, or wait for its end.

    Raises:
        Exit: It was waited for, and has not completed.
    """
    instance_id = scheduled["instance_id"]
    if wait_s is None:
        if as_json:
            document(scheduled)
        else:
            say(f"Started {instance_id}; `durably watch {instance_id}` follows it." if on_terminal() else instance_id)
        return
    if not as_json:
        note(f"Started {instance_id}; waiting for its end ...")
    view = ended(api, instance_id, wait_s)
    conclude(view, as_json=as_json)


def conclude(view: dict[str, Any], *, as_json: bool) -> None:
    """Print how an instance stands that was waited for.

    Raises:
        Exit: It has not completed.
    """
    if as_json:
        document(view)
    else:
        facts([("instance", view["instance_id"]), *outcome(view)])
    if code := exit_code(view):
        if code is ExitCode.UNFINISHED and not as_json:
            note(f"The wait is over, it goes on; `durably watch {view['instance_id']}` follows it.")
        raise typer.Exit(code)
