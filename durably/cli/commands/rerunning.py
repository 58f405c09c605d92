"""`durably rerun`."""

from typing import Annotated, Any

import typer

from durably.cli.commands.api import path
from durably.cli.commands.declared import Fields, Input, InstanceId, Wait
from durably.cli.commands.payloads import explained, payload, with_fields
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
Again = Annotated[
    bool,
    typer.Option(
        "--again",
        help="Rerun one that completed, too: what it did from that event on, such as a payment, is done once more.",
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
    again: Again = False,
) -> None:
    """Run an ended instance again, from an event on, as a new one.

    What came before the event is taken over and not done again. An input is that event's, instead of its own. One that
    completed is left alone, unless --again is given.
    """
    wait_s = None if wait is None else seconds_to_wait(wait)
    value = with_fields(payload(given), field or ())
    body: dict[str, Any] = {"from_event": from_event, "instance_id": new_id}
    body = {name: one for name, one in body.items() if one is not None}
    if again:
        body["again"] = True
    if given is not None or field:
        body["input"] = value
    api = server.api()
    with explained(field or (), f"`durably history {instance_id}` shows its events, and what went into each"):
        scheduled = api.post(path("instances", instance_id, "rerun"), body)
    follow(api, scheduled, wait_s=wait_s, as_json=server.as_json)
