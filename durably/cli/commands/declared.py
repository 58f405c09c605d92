"""What commands can be told, each option declared once."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from durably.cli.commands.completing import instance_ids, workflow_names
from durably.cli.commands.text import since
from durably.cli.exits import UsageError

STATUSES: Final = ("pending", "running", "suspended", "stalled", "completed", "failed", "terminated")
ENDED: Final = ("completed", "failed", "terminated")
ACTIVE: Final = tuple(status for status in STATUSES if status not in ENDED)
FOREVER: Final = "forever"

InstanceId = Annotated[
    str, typer.Argument(metavar="ID", help="The instance.", show_default=False, autocompletion=instance_ids)
]
InstanceIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="The instances.", show_default=False, autocompletion=instance_ids),
]
WorkflowName = Annotated[
    str,
    typer.Argument(metavar="WORKFLOW", help="Its name; `durably workflows` lists them.", autocompletion=workflow_names),
]
Wait = Annotated[
    str | None,
    typer.Option(
        "--wait",
        metavar="DURATION",
        help=f"Wait until it has ended, for at most so long: 30s, 5m, 1h30m, or {FOREVER}. "
        "The exit code is then that of the workflow.",
    ),
]
Input = Annotated[
    str | None,
    typer.Option("--input", "-i", metavar="JSON", help="JSON; @FILE reads it from a file, - from standard input."),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        "-f",
        metavar="NAME=TEXT",
        help="One field of the input: NAME=TEXT, or NAME:=JSON for a number, a list, true. Repeat it for several.",
    ),
]
Reason = Annotated[
    str, typer.Option("--reason", "-m", metavar="TEXT", help="Why; it is recorded in the history.", show_default=False)
]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which instances are meant."""

    workflow: Annotated[
        list[str] | None,
        typer.Option(
            "--workflow",
            "-w",
            metavar="NAME",
            help="Instances of this workflow; repeat it for several.",
            autocompletion=workflow_names,
        ),
    ] = None
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            "-s",
            metavar="STATUS",
            help=f"Instances in this state: {', '.join(STATUSES)}. Repeat it for several.",
            autocompletion=lambda: list(STATUSES),
        ),
    ] = None
    prefix: Annotated[str, typer.Option("--prefix", metavar="TEXT", help="Instances whose id begins with this.")] = ""
    created_after: Annotated[
        str | None,
        typer.Option(
            "--created-after",
            metavar="TIME",
            help="Instances that were created later than this: 2026-01-31T12:00Z, or 1h for an hour ago.",
        ),
    ] = None

    @property
    def given(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.workflow or self.status or self.prefix or self.created_after)

    def query(self) -> dict[str, Any]:
        """The API's parameters.

        Raises:
            UsageError: A state is none, or a time.
        """
        for status in self.status or ():
            if status not in STATUSES:
                raise UsageError(f"{status!r} is no state of an instance", hint=f"it is one of {', '.join(STATUSES)}")
        after = since(self.created_after) if self.created_after else None
        return {
            "workflow": self.workflow,
            "status": self.status,
            "prefix": self.prefix,
            "created_after": after,
        }
