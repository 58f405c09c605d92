"""`durably event`."""

from typing import Annotated, Final

import typer

from durably.cli.commands.api import path
from durably.cli.commands.declared import Fields, Input, InstanceId
from durably.cli.commands.output import document, say
from durably.cli.commands.payloads import payload, with_fields
from durably.cli.commands.profile import Server
from durably.cli.commands.refusals import RefusedError

EventName = Annotated[str, typer.Argument(metavar="NAME", help="The event, as the workflow calls it.")]

_NAMES: Final = (
    "`durably approve` and `durably reject` vote; "
    "the name of any other event does not begin with a full stop, and has none of / \\ % ? # in it"
)


def event(
    *, server: Server, instance_id: InstanceId, name: EventName, given: Input = None, field: Fields = None
) -> None:
    """Send an event to an instance; the input is its payload, and may be any JSON."""
    api, sent = server.api(), with_fields(payload(given), field or ())
    try:
        answer = api.post(path("instances", instance_id, "events", name), sent)
    except RefusedError as error:
        if "name" in error.fields:
            error.hint = _NAMES
        raise
    if server.as_json:
        document(answer)
    else:
        say(f"event {name} sent: {instance_id}")
