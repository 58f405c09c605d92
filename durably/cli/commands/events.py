"""`durably event`."""

from typing import Annotated

import typer

from durably.cli.commands.api import path
from durably.cli.commands.declared import Fields, Input, InstanceId
from durably.cli.commands.output import document, say
from durably.cli.commands.payloads import payload, with_fields
from durably.cli.commands.profile import Server

EventName = Annotated[str, typer.Argument(metavar="NAME", help="The event, as the workflow calls it.")]


def event(
    *, server: Server, instance_id: InstanceId, name: EventName, given: Input = None, field: Fields = None
) -> None:
    """Send an event to an instance; the input is its payload, and may be any JSON."""
    answer = server.api().post(path("instances", instance_id, "events", name), with_fields(payload(given), field or ()))
    if server.as_json:
        document(answer)
    else:
        say(f"event {name} sent: {instance_id}")
