"""What the commands can be told, each option declared once."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from durably.cli.ports import API, CONTROL, ENGINE, PROBES, RECEIVER

DEFAULT_DATA: Final = Path(".durably")
DEFAULT_RECEIVED: Final = DEFAULT_DATA / "received"

Host = Annotated[
    str,
    typer.Option(
        "--host",
        envvar="DURABLY_DEV_HOST",
        metavar="ADDRESS",
        help="Where the API listens; a loopback address, as the stack has no authentication.",
    ),
]
ApiPort = Annotated[int, API.as_option()]
ControlPort = Annotated[int, CONTROL.as_option()]
ProbePort = Annotated[int, PROBES.as_option()]
ReceiverPort = Annotated[int, RECEIVER.as_option()]
EnginePort = Annotated[int, ENGINE.as_option()]
Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="DURABLY_DEV_DATA",
        metavar="FOLDER",
        help="Where state and logs are kept; the next start resumes what was running. Delete it to begin anew.",
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json",
        envvar="DURABLY_DEV_JSON",
        help="Print addresses and PIDs as one line of JSON, for scripts. Logs still go to standard error.",
    ),
]
DemoData = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="DURABLY_DEMO_DATA",
        metavar="FOLDER",
        help="Where to keep the demo's state and logs; by default a temporary folder, deleted when all went well.",
    ),
]
DemoDelay = Annotated[
    float,
    typer.Option(
        "--delay",
        envvar="DURABLY_DEMO_DELAY",
        metavar="SECONDS",
        min=0.5,
        max=60,
        help="How long assign_task is made to take. The worker is killed after three quarters of it: "
        "the assignment is written by then, and nobody has recorded that it was.",
    ),
]
DemoJson = Annotated[
    bool,
    typer.Option("--json", envvar="DURABLY_DEMO_JSON", help="Print one JSON document at the end, and nothing else."),
]
ReceiverHost = Annotated[
    str,
    typer.Option(
        "--host",
        envvar="DURABLY_RECEIVER_HOST",
        metavar="ADDRESS",
        help="Where it listens; 0.0.0.0 in a container. Everybody who reaches it may post, read and switch.",
    ),
]
StandalonePort = Annotated[
    int,
    typer.Option(
        "--port", envvar="DURABLY_RECEIVER_PORT", min=1, max=65_535, metavar="PORT", help="The port it listens on."
    ),
]
ReceivedData = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="DURABLY_RECEIVER_DATA",
        metavar="FOLDER",
        help="Where deliveries are kept, one JSON line each in notifications.jsonl; the next start knows them.",
    ),
]


def inherited(*, without: tuple[str, ...]) -> Mapping[str, str]:
    """The environment of this process, without the variables that begin with one of some prefixes."""
    return {name: value for name, value in os.environ.items() if not name.startswith(without)}
