"""The `durably` command as typer runs it."""

import os
import sys
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from durably.cli.commands.catalogue import COMMANDS, load
from durably.cli.exits import CommandError, ExitCode

DEBUG_VARIABLE: Final = "DURABLY_DEBUG"
_OF_PYDANTIC: Final = "Value error, "
"""What typer, which reads options with pydantic, leaves in front of its own words."""


class DurablyGroup(TyperGroup):
    """The `durably` command: loads a command when it is used, and says every error in a line or two."""

    def __init__(self, *, about: str) -> None:
        stubs: dict[str, Any] = {
            name: TyperCommand(name, help=entry.about, rich_help_panel=entry.panel) for name, entry in COMMANDS.items()
        }
        epilog = "Exit codes: " + " ".join(f"{code.value} {code.name.lower().replace('_', ' ')}," for code in ExitCode)
        super().__init__(
            name="durably", help=about, commands=stubs, no_args_is_help=True, epilog=epilog.rstrip(",") + "."
        )

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is meant, loaded."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, load(name) if name and found else None, rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command. This is the edge: what has gone wrong is told here, and nowhere with a traceback.

        Raises:
            Exit: With the exit code.
        """
        try:
            try:
                return self._invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            _forget_output()
            raise typer.Exit(ExitCode.CLOSED_PIPE) from None

    def _invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.replace(_OF_PYDANTIC, "", 1)
            raise
        except (BrokenPipeError, typer.Exit, typer.TyperException):
            raise
        except typer.Abort:  # Ctrl-C, or the end of the input, where something was asked
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except CommandError as error:
            _say(str(error), error.hint)
            raise typer.Exit(error.code) from None
        except OSError as error:
            _say(str(error))
            raise typer.Exit(ExitCode.FAILED) from None
        except Exception as error:
            if os.environ.get(DEBUG_VARIABLE):
                raise
            _say(f"this is a fault of ours: {type(error).__name__}: {error}", f"{DEBUG_VARIABLE}=1 shows where")
            raise typer.Exit(ExitCode.FAILED) from None


def _say(message: str, hint: str = "") -> None:
    lines = [f"durably: {message}", *([f"  {hint}"] if hint else [])]
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201 - the lines that an error is


def _forget_output() -> None:
    """Nobody reads any more: what is still to be written at exit goes nowhere, quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
