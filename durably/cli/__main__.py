"""The `durably` command."""

import sys

import typer

from durably.cli.checks import EXIT_CANNOT_START, StartError, check_python
from durably.cli.demo import demo
from durably.cli.dev import dev
from durably.cli.sandbox import receiver
from durably.cli.startup import StackError

app = typer.Typer(
    name="durably",
    help="Durable workflows in Python: kill any worker at any moment, nothing is lost, nothing happens twice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(dev)
app.command()(demo)
app.command()(receiver)


def main() -> None:
    """Run the command; what a person can put right is one line on standard error."""
    try:
        check_python()
        app()
    except StartError as error:
        _fail(str(error), EXIT_CANNOT_START)
    except (StackError, OSError) as error:
        _fail(str(error), 1)


def _fail(reason: str, code: int) -> None:
    print(f"durably: {reason}", file=sys.stderr)  # noqa: T201 - the one line that a failed start is
    sys.exit(code)


if __name__ == "__main__":
    main()
