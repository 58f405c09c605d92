"""How the command ends: its exit codes, and the error that carries one."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What scripts can rely on; `durably --help` and docs/cli.md list them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    UNAVAILABLE = 5
    NOT_ALLOWED = 6
    UNFINISHED = 7
    SERVER = 8
    UNHEALTHY = 9
    INTERRUPTED = 130
    CLOSED_PIPE = 141

    @property
    def meaning(self) -> str:
        """One line for people."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.OK: "It was done. Where the end is waited for: the workflow completed.",
    ExitCode.FAILED: "The workflow failed or was terminated; of several instances, not all could be dealt with; "
    "`replay`, `gate`: the code does something else than was recorded; `lint`: something was found.",
    ExitCode.USAGE: "An option, an input or the configuration has to be changed.",
    ExitCode.NOT_FOUND: "There is no such instance, or no such workflow.",
    ExitCode.CONFLICT: "The instance is not in a state for it, the id is taken, or the vote is not open.",
    ExitCode.UNAVAILABLE: "The server, its worker or its engine cannot be reached now; repeat the command later.",
    ExitCode.NOT_ALLOWED: "The token is missing or wrong, or does not permit it; or you are not among the approvers.",
    ExitCode.UNFINISHED: "The wait is over and the workflow has not ended.",
    ExitCode.SERVER: "The server answered what it should not have: an internal error, or it is no Durably.",
    ExitCode.UNHEALTHY: "`why`: an instance does not go on, or did not end well, unless somebody does something.",
    ExitCode.INTERRUPTED: "Ctrl-C.",
    ExitCode.CLOSED_PIPE: "The reader of the output went away, as in `durably list | head -1`.",
}


class CommandError(Exception):
    """The command cannot do it; the message is for the person who typed it.

    Args:
        message: What happened, in one line.
        hint: What to do next; empty where the message says it.
        code: How the command ends; by default as the class says.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str = "", code: ExitCode | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = self.exit_code if code is None else code


class UsageError(CommandError):
    """An option, an input or the configuration has to be changed."""

    exit_code = ExitCode.USAGE
