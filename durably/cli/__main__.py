"""The `durably` command."""

import os
import sys
from typing import Final

from durably.cli.checks import EXIT_CANNOT_START, StartError, check_python
from durably.cli.commands.group import DurablyGroup
from durably.cli.exits import ExitCode

PROGRAM: Final = "durably"
_COMPLETE: Final = "_DURABLY_COMPLETE"

app = DurablyGroup(
    about="Durable workflows in Python: kill any worker at any moment, nothing is lost, nothing happens twice."
)


def main() -> None:
    """Run the command; what a person can put right is a line or two on standard error."""
    try:
        check_python()
    except StartError as error:
        print(f"durably: {error}", file=sys.stderr)  # noqa: T201 - the one line that a failed start is
        sys.exit(EXIT_CANNOT_START)
    if _COMPLETE in os.environ:  # a shell asks; what answers it is not loaded otherwise
        from durably.cli.commands.completion import prepare  # noqa: PLC0415

        prepare()
    try:
        app(prog_name=PROGRAM)
    except KeyboardInterrupt:  # before or after what typer looks at
        sys.exit(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    main()
