"""`durably status` and `durably history`: one instance."""

import json
from typing import Any

import typer

from durably.cli.commands.api import path
from durably.cli.commands.declared import ENDED, InstanceId, Wait
from durably.cli.commands.drawing import show
from durably.cli.commands.output import Cell, document, facts, note, on_terminal, pretty, status_cell
from durably.cli.commands.profile import Server
from durably.cli.commands.refusals import RefusedError
from durably.cli.commands.text import distance, moment, span
from durably.cli.commands.timeline import Timeline
from durably.cli.commands.waiting import ended, exit_code, seconds_to_wait
from durably.cli.exits import ExitCode


def status(*, server: Server, instance_id: InstanceId, wait: Wait = None) -> None:
    """Show one instance: where it stands, what went in, what came out, and who it waits for."""
    wait_s = None if wait is None else seconds_to_wait(wait)
    view = ended(server.api(), instance_id, wait_s or 0)
    if server.as_json:
        document(view)
    else:
        facts(_facts(view))
    code = ExitCode.OK if wait_s is None else exit_code(view)
    if code is ExitCode.UNFINISHED and not server.as_json:
        note("The wait is over, and it has not ended.")
    if code:
        raise typer.Exit(code)


def history(*, server: Server, instance_id: InstanceId) -> None:
    """Show what happened in an instance, as a timeline.

    The column `event` is what `durably rerun --from` takes. With --json: every event, with who ran what.
    """
    api = server.api()
    if server.as_json:
        document(api.get(path("instances", instance_id, "history")))
        return
    view = api.get(path("instances", instance_id))
    try:
        events = api.get(path("instances", instance_id, "history"))["events"]
    except RefusedError as error:
        if error.code is not ExitCode.NOT_FOUND:
            raise
        events = []  # it is there, and waits for its first turn
    show(view, Timeline(events))


def _facts(view: dict[str, Any]) -> list[tuple[str, Cell | str]]:
    pairs: list[tuple[str, Cell | str]] = [
        ("instance", view["instance_id"]),
        ("workflow", view["workflow"]),
        ("status", status_cell(view["status"])),
        ("created", _at(view["created_at"])),
        ("ended" if view["status"] in ENDED else "changed", _at(view["updated_at"])),
    ]
    if view["status"] in ENDED:
        took = moment(view["updated_at"]) - moment(view["created_at"])
        pairs.append(("took", span(took.total_seconds())))
    if failure := view.get("failure"):
        pairs.append(("failure", Cell(f"{failure['type']}: {failure['message']}", "red")))
    pairs += _custom(view)
    pairs += [(name, pretty(view[name])) for name in ("input", "output") if view.get(name) is not None]
    return pairs


def _at(text: str) -> str:
    return f"{text} ({distance(text)})" if on_terminal() else text


def _custom(view: dict[str, Any]) -> list[tuple[str, Cell | str]]:
    """What the workflow says of itself; an approval that it waits for in words."""
    text = view.get("custom_status")
    if not text:
        return []
    try:
        said = json.loads(text)
    except ValueError:
        said = text
    if view["status"] in ENDED or not isinstance(said, dict) or not {"subject", "approvers", "until"} <= said.keys():
        return [("says", text if isinstance(said, str) else pretty(said))]
    if said.get("decision"):
        return [("approval", f"{said['subject']}: {said['decision'].get('outcome')}")]
    who, votes = ", ".join(said["approvers"]), len(said.get("votes") or ())
    return [
        ("waits for", f"approval of: {said['subject']}"),
        (
            "by",
            f"{who}; {votes} of {said.get('required', 1)} so far, until {_at(said['until'])}",
        ),
        ("next", f"durably approve {view['instance_id']}, or durably reject {view['instance_id']}"),
    ]
