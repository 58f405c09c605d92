"""`durably approvals`, `approve` and `reject`."""

from typing import Annotated, Any, Final

import typer

from durably.cli.commands.api import path
from durably.cli.commands.declared import InstanceId, Reason
from durably.cli.commands.output import document, note, on_terminal, say, table
from durably.cli.commands.profile import Server
from durably.cli.commands.text import distance

_EVENT: Final = "approval"

Approver = Annotated[
    str | None,
    typer.Option("--approver", metavar="NAME", help="Only what this person may vote on now and has not yet."),
]


def approvals(*, server: Server, approver: Approver = None) -> None:
    """List what waits for a person, the oldest deadline first."""
    found = server.api().get("/approvals", {"approver": approver})
    if server.as_json:
        document(found)
    elif not found["approvals"]:
        note("Nothing waits for anybody." if approver is None else f"Nothing waits for {approver}.")
    else:
        head = ("instance", "subject", "approvers", "votes", "until")
        table(head, [_row(entry["instance_id"], entry["approval"]) for entry in found["approvals"]], wraps=head[1:3])


def approve(*, server: Server, instance_id: InstanceId, reason: Reason = "") -> None:
    """Approve what an instance asks for.

    Whose vote it is says the token, or --as where the API asks for none.
    """
    _vote(server, instance_id, approve=True, reason=reason)


def reject(*, server: Server, instance_id: InstanceId, reason: Reason = "") -> None:
    """Reject what an instance asks for.

    Whose vote it is says the token, or --as where the API asks for none.
    """
    _vote(server, instance_id, approve=False, reason=reason)


def _vote(server: Server, instance_id: str, *, approve: bool, reason: str) -> None:
    at = path("instances", instance_id, "events", _EVENT)
    answer = server.api().post(at, {"approve": approve, "reason": reason})
    if server.as_json:
        document(answer)
    else:
        say(f"{'approved' if approve else 'rejected'}: {instance_id}")


def _row(instance_id: str, asked: dict[str, Any]) -> tuple[str, ...]:
    until = distance(asked["until"]) if on_terminal() else asked["until"]
    if asked.get("escalated"):
        until += " (escalated)"
    votes = f"{len(asked.get('votes') or ())} of {asked['required']}"
    return instance_id, asked["subject"], ", ".join(asked["approvers"]), votes, until
