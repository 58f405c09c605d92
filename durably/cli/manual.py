"""Writes docs/cli.md: the `durably` command, from where its options are declared. `make docs` runs it."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Final

from durably.cli.commands.catalogue import COMMANDS, load
from durably.cli.commands.declared import Filters
from durably.cli.commands.profile import Server
from durably.cli.exits import ExitCode
from durably.cli.reference import code, table, text

_INTRODUCTION: Final = """# The command

Written by `make docs` from the declarations; what stands here is what the code does.

`durably` is installed with the package. `durably dev` runs everything on one machine; the commands that look and act
ask the HTTP API of any installation.

## Which server, and who you are

An option is stronger than its variable, and both are stronger than the configuration file. That is
`~/.config/durably/config.toml`, or below `XDG_CONFIG_HOME`, or the file that `DURABLY_CONFIG` names, which then has to
be there; each line of it may be missing:

```toml
server = "https://durably.example.com"
token = "the API key or bearer token"
as = "ada"
```

Keep a token in a file that only you can read, or in `DURABLY_TOKEN`: an option stands in the list of processes. The
command talks to the server directly, not through an HTTP proxy.

## For scripts

`--json` prints what the API answered, on one line: one object for `status`, `start --wait`, `event` and their kind,
`{"instances": [...], "next_cursor": ...}` for `list`, `{"events": [...]}` for `history`, `{"workflows": [...]}`,
`{"approvals": [...]}`, `{"workers": [...], "problem": ...}`, the diagnosis for `why`, the state of the index for
`reindex`. `watch` prints one line for each event. `pause`, `resume`, `terminate` and `purge` of several instances
print `{"requested": [...], "left_alone": [...], "failed": [...]}`; left alone is what had changed its state meanwhile.
`replay` prints `{"files": [...]}`, `gate` prints `{"passes": ..., "groups": [...]}`, see [replay.md](replay.md).
`lint` prints `{"findings": [...], "files": ..., "workflows": ..., "fixed": ...}`, see [determinism.md](determinism.md).
Errors, questions and notices go to standard error. In a pipe there are no colours, no bars and no tables drawn with
lines; `start` and `rerun` print the id of the new instance alone.

```sh
id=$(durably start task_processing_workflow -f task_id=1 -f title='Write report' -f assignee=ada)
durably watch "$id" || echo "it ended with exit code $?"
durably list --status failed --json --limit 0 | jq -r '.instances[].instance_id'
durably why --stuck --json | jq -r '.diagnoses[].instance_id'
durably terminate --workflow order_processing_workflow --status running --reason 'wrong prices' --yes
```

A workflow that completes is exit code 0, whatever it decided: a rejected task is a completed workflow whose output
says so. An error is one line and, below it, what to do next. `DURABLY_DEBUG=1` shows the traceback of what is a fault
of the command itself.

"""

_GROUPS: Final = (
    ("Options of every command that asks a server", Server, "status"),
    ("Options of `list`, `why --stuck`, `pause`, `resume`, `terminate` and `purge`", Filters, "list"),
)
"""Options that several commands have; each group by a command that has it whole."""


def document() -> str:
    """The whole page."""
    codes = table(("code", "name", "meaning"), ((str(c.value), c.name.lower(), c.meaning) for c in ExitCode))
    groups = (f"## {title}\n\n{_table(_options(command, of=group))}" for title, group, command in _GROUPS)
    return "\n".join([_INTRODUCTION + "## Exit codes\n\n" + codes, *groups, *_commands()])


def _commands() -> Iterable[str]:
    shared = {field.name for _, group, _ in _GROUPS for field in fields(group)}
    for name in COMMANDS:
        about = (load(name).help or "").replace("\n\n", " ").replace("\n", " ")
        own = [one for one in load(name).params if one.name not in shared or one.param_type_name == "argument"]
        yield f"## durably {name}\n\n{about}\n" + (f"\n{_table(own)}" if own else "")


def _options(command: str, *, of: Any) -> list[Any]:
    names = {field.name for field in fields(of)}
    return [option for option in load(command).params if option.name in names]


def _table(options: Iterable[Any]) -> str:
    rows = (
        (code(*_written(option)), code(option.envvar or ""), code(text(option.default)), option.help or "")
        for option in options
    )
    return table(("option", "variable", "default", "what it does"), rows)


def _written(option: Any) -> Sequence[str]:
    """How it is written: an argument by its placeholder."""
    return option.opts if option.param_type_name == "option" else (option.metavar,)


if __name__ == "__main__":
    sys.stdout.write(document())
