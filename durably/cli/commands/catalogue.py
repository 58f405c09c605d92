"""The commands, each loaded when it is used: `durably --help` imports none of them."""

from importlib import import_module
from typing import Any, Final, NamedTuple

import typer

from durably.cli.commands.options import spread

_LOOK: Final = "Look"
_ACT: Final = "Act"
_RELEASE: Final = "Release"
_LOCAL: Final = "This machine"


class Entry(NamedTuple):
    """Where a command is, and what the list of commands says about it."""

    module: str
    function: str
    panel: str
    about: str


COMMANDS: Final[dict[str, Entry]] = {
    "start": Entry("commands.starting", "start", _ACT, "Start a workflow."),
    "approve": Entry("commands.voting", "approve", _ACT, "Approve what an instance asks for."),
    "reject": Entry("commands.voting", "reject", _ACT, "Reject what an instance asks for."),
    "event": Entry(
        "commands.events", "event", _ACT, "Send an event to an instance; the input is its payload, and may be any JSON."
    ),
    "pause": Entry("commands.managing", "pause", _ACT, "Pause instances: by id, or all that filters find."),
    "resume": Entry(
        "commands.managing", "resume", _ACT, "Let paused instances go on: by id, or all that filters find."
    ),
    "terminate": Entry("commands.managing", "terminate", _ACT, "End instances now: by id, or all that filters find."),
    "rerun": Entry("commands.rerunning", "rerun", _ACT, "Run an ended instance again, from an event on, as a new one."),
    "purge": Entry(
        "commands.managing",
        "purge",
        _ACT,
        "Delete ended instances and their histories: by id, or all that filters find.",
    ),
    "status": Entry(
        "commands.looking",
        "status",
        _LOOK,
        "Show one instance: where it stands, what went in, what came out, and who it waits for.",
    ),
    "list": Entry("commands.listing", "list_instances", _LOOK, "List instances, newest first."),
    "history": Entry("commands.looking", "history", _LOOK, "Show what happened in an instance, as a timeline."),
    "why": Entry(
        "commands.diagnosing",
        "why",
        _LOOK,
        "Say why an instance is where it is: a verdict, the evidence for it, and what to type next.",
    ),
    "watch": Entry("commands.watching", "watch", _LOOK, "Follow an instance until it ends."),
    "approvals": Entry(
        "commands.voting", "approvals", _LOOK, "List what waits for a person, the oldest deadline first."
    ),
    "workflows": Entry(
        "commands.listing",
        "workflows",
        _LOOK,
        "List what can be started, and with what input; of one workflow the JSON Schemas.",
    ),
    "workers": Entry(
        "commands.workers",
        "workers",
        _LOOK,
        "List the workers: whether work comes in, what they run now, what they hold back, and what they can run.",
    ),
    "reindex": Entry(
        "commands.reindexing",
        "reindex",
        _ACT,
        "Compare the index that lists come from with the engine, and mend it.",
    ),
    "record": Entry(
        "commands.recording",
        "record",
        _RELEASE,
        "Save the history of an instance as a file that `durably replay` runs code against.",
    ),
    "replay": Entry(
        "commands.replaying",
        "replay",
        _RELEASE,
        "Run the code that is installed here against recorded histories, without any engine.",
    ),
    "gate": Entry(
        "commands.gating",
        "gate",
        _RELEASE,
        "Replay every open instance of a running system against the code that is installed here.",
    ),
    "dev": Entry(
        "dev", "dev", _LOCAL, "Run the whole stack on this machine: engine, worker, API and a webhook receiver."
    ),
    "demo": Entry(
        "demo",
        "demo",
        _LOCAL,
        "Start a task, kill its worker in the middle of assign_task, and prove what ran where and how often.",
    ),
    "receiver": Entry(
        "sandbox",
        "receiver",
        _LOCAL,
        "Receive notifications, as the system of an assignee would, and payments, until SIGTERM or Ctrl-C.",
    ),
    "lint": Entry("commands.linting", "check_code", _LOCAL, "Check workflow code for what a replay cannot repeat."),
    "api-key": Entry("api_key", "api_key", _LOCAL, "Make an API key."),
    "completion": Entry("commands.completion", "completion", _LOCAL, "Print the completion script for a shell."),
}
"""Every command, in the order in which help lists them within a panel."""


def load(name: str) -> Any:
    """A command, ready to be run."""
    entry = COMMANDS[name]
    function = spread(getattr(import_module(f"durably.cli.{entry.module}"), entry.function))
    single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    single.command(name)(function)
    return typer.main.get_command(single)
