"""`durably list` and `durably workflows`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer

from durably.cli.commands.api import Api
from durably.cli.commands.completing import workflow_names
from durably.cli.commands.declared import Filters
from durably.cli.commands.output import document, note, on_terminal, pretty, say, status_cell, table
from durably.cli.commands.profile import Server
from durably.cli.commands.text import distance
from durably.cli.exits import CommandError, ExitCode, UsageError

LARGEST_PAGE: Final = 500
_INPUT: Final = "input (* has to be there)"

Limit = Annotated[
    int, typer.Option("--limit", "-n", min=0, metavar="NUMBER", help="The most instances to list; 0 for all.")
]
Cursor = Annotated[
    str | None,
    typer.Option("--cursor", metavar="TEXT", help="Go on after a page: the next_cursor of its JSON, same filters."),
]
CountsOnly = Annotated[bool, typer.Option("--counts", help="Only how many there are, by workflow and status.")]
OneWorkflow = Annotated[
    str | None,
    typer.Argument(
        metavar="[WORKFLOW]", help="One of them, with its schemas.", show_default=False, autocompletion=workflow_names
    ),
]


def list_instances(
    *, server: Server, filters: Filters, limit: Limit = 50, cursor: Cursor = None, counts: CountsOnly = False
) -> None:
    """List instances, newest first.

    With --json: {"instances": [...], "next_cursor": ...}; the cursor is null when there are no more.
    """
    api = server.api()
    if counts:
        _count(api, filters, as_json=server.as_json)
        return
    *_, (found, after) = pages(api, filters.query(), limit=limit, cursor=cursor)
    if server.as_json:
        document({"instances": found, "next_cursor": after})
        return
    if not found:
        note(
            "There are none." if not filters.given else "There are none like that; `durably list` shows what there is."
        )
        return
    when = distance if on_terminal() else str
    table(
        ("instance", "workflow", "status", "created", "changed"),
        [
            (v["instance_id"], v["workflow"], status_cell(v["status"]), when(v["created_at"]), when(v["updated_at"]))
            for v in found
        ],
        wraps=("workflow",),
    )
    if after:
        note(f"There are more than these {len(found)}; --limit 0 lists all.")


def pages(
    api: Api, query: Mapping[str, Any], *, limit: int, cursor: str | None = None
) -> Iterator[tuple[list[dict[str, Any]], str | None]]:
    """All instances so far and the next cursor, page by page, up to a limit; 0 for none."""
    found: list[dict[str, Any]] = []
    while True:
        size = min(LARGEST_PAGE, limit - len(found)) if limit else LARGEST_PAGE
        page = api.get("/instances", {**query, "limit": size, "cursor": cursor})
        found += page["instances"]
        cursor = page.get("next_cursor")
        yield found, cursor
        if not cursor or (limit and len(found) >= limit):
            return


def workflows(*, server: Server, workflow: OneWorkflow = None) -> None:
    """List what can be started, and with what input; of one workflow the JSON Schemas."""
    known = server.api().get("/workflows")
    if workflow is not None:
        known = {"workflows": [entry for entry in known["workflows"] if entry["name"] == workflow]}
        if not known["workflows"]:
            raise CommandError(
                f"there is no workflow {workflow}",
                hint="`durably workflows` lists what can be started",
                code=ExitCode.NOT_FOUND,
            )
    if server.as_json:
        document(known)
    elif workflow is not None:
        say(pretty(known["workflows"][0]))
    else:
        rows = [(w["name"], ", ".join(w["versions"]), _fields(w["input_schema"])) for w in known["workflows"]]
        table(("workflow", "versions", _INPUT), rows, wraps=(_INPUT,))


def _fields(schema: dict[str, Any]) -> str:
    required = schema.get("required", ())
    return ", ".join(f"{name}*" if name in required else name for name in schema.get("properties", {}))


def _count(api: Api, filters: Filters, *, as_json: bool) -> None:
    if filters.status or filters.created_after:
        raise UsageError("--counts takes --workflow and --prefix only", hint="leave the other filters out")
    counted = api.get("/instances/counts", {"workflow": filters.workflow, "prefix": filters.prefix})
    if as_json:
        document(counted)
        return
    rows = [(entry["workflow"], status_cell(entry["status"]), str(entry["count"])) for entry in counted["counts"]]
    table(("workflow", "status", "count"), rows)
