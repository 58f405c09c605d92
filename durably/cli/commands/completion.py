"""`durably completion`, and what answers a shell that asks."""

from typing import Annotated, Final, Literal

import typer
import typer.completion

from durably.cli.commands.output import say

_PROGRAM: Final = "durably"

Shell = Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="bash|zsh|fish", help="The shell.")]


def completion(shell: Shell) -> None:
    """Print the completion script for a shell.

    For bash: durably completion bash > ~/.local/share/bash-completion/completions/durably. It completes commands,
    options, workflow names and instance ids; for the last two it asks the server.
    """
    script: str = typer.completion.get_completion_script(  # type: ignore[attr-defined] # where typer documents it
        prog_name=_PROGRAM, complete_var=f"_{_PROGRAM.upper()}_COMPLETE", shell=shell
    )
    say(script)


def prepare() -> None:
    """Let typer answer the shells whose scripts it writes."""
    typer.completion.completion_init()  # type: ignore[attr-defined] # as above
