"""`durably rerun`."""

from typing import Annotated, Any

import typer

from durably.cli.commands.api import path
from durably.cli.commands.declared import Fields, Input, InstanceId, Wait
from durably.cli.commands.payloads import payload, with_fields
from durably.cli.commands.profile import Server
from durably.cli.commands.starting import NewId, follow
from durably.cli.commands.waiting import seconds_to_wait

FromEvent = Annotated[
    int | None,
    typer.Option(
        "--from",
        min=0,
        metavar="EVENT",
        help="The event to begin from, as `durably history` numbers them. "
        "Without one: the activity whose failure ended the instance, else the first that can be rerun.",
    ),
]


def rerun(
    *,
    server: Server,
    instance_id: InstanceId,
    from_event: FromEvent = None,
    given: Input = None,
    field: Fields = None,
    new_id: NewId = None,
    wait: Wait = None,
) -> None:
    """Run an ended instance again, from an event on, as a new one.

    What came before the event is taken over and not done again. An input is that event's, instead of its own.
    """
    wait_s = None if wait is None else seconds_to_wait(wait)
    value = with_fields(payload(given), field or ())
    body: dict[str, Any] = {"from_event": from_event, "instance_id": new_id}
    body = {name: one for name, one in body.items() if one is not None}
    if given is not None or field:
        body["input"] = value
    api = server.api()
    follow(api, api.post(path("instances", instance_id, "rerun"), body), wait_s=wait_s, as_json=server.as_json)
