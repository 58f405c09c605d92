"""What the server refused, as an exit code and a word on what to do next."""

from typing import Any, Final, NamedTuple

from durably.cli.commands.text import printable
from durably.cli.exits import CommandError, ExitCode


class _Advice(NamedTuple):
    code: ExitCode
    hint: str


_LOOK: Final = "`durably status {instance_id}` shows how it stands"
_HISTORY: Final = "`durably history {instance_id}` shows"
_HELP: Final = "--help says what the command takes"
_BY_CODE: Final[dict[str, _Advice]] = {
    "unknown_workflow": _Advice(ExitCode.NOT_FOUND, "`durably workflows` lists what can be started"),
    "instance_not_found": _Advice(ExitCode.NOT_FOUND, "`durably list` shows what there is"),
    "instance_exists": _Advice(ExitCode.CONFLICT, "choose another --id; `durably status {instance_id}` shows that one"),
    "instance_ended": _Advice(ExitCode.CONFLICT, _LOOK),
    "instance_completed": _Advice(ExitCode.CONFLICT, f"--again does it all the same; {_HISTORY} what it did"),
    "instance_paused": _Advice(ExitCode.CONFLICT, "`durably resume {instance_id}` comes first"),
    "nothing_to_rerun": _Advice(ExitCode.CONFLICT, f"{_HISTORY} its events, by number"),
    "approval_closed": _Advice(ExitCode.CONFLICT, _LOOK),
    "already_voted": _Advice(ExitCode.CONFLICT, _LOOK),
    "no_approval": _Advice(ExitCode.CONFLICT, "`durably approvals` lists what waits for a person"),
    "not_an_approver": _Advice(ExitCode.NOT_ALLOWED, "`durably approvals` lists who may; --as, --token: who you are"),
    "no_worker": _Advice(ExitCode.UNAVAILABLE, "see that a worker runs, then repeat the command"),
    "method_not_allowed": _Advice(ExitCode.SERVER, "the server may be older than this command"),
    "not_found": _Advice(ExitCode.SERVER, "the server may be older than this command, or --server may be wrong"),
}
_BY_STATUS: Final[dict[int, _Advice]] = {
    401: _Advice(ExitCode.NOT_ALLOWED, "say who you are: --token, DURABLY_TOKEN, or token in the configuration file"),
    403: _Advice(ExitCode.NOT_ALLOWED, "it takes a token that permits it"),
    404: _Advice(ExitCode.NOT_FOUND, "`durably list` shows what there is"),
    409: _Advice(ExitCode.CONFLICT, _LOOK),
    400: _Advice(ExitCode.USAGE, _HELP),
    413: _Advice(ExitCode.USAGE, "hand over ids, not documents"),
    422: _Advice(ExitCode.USAGE, _HELP),
    429: _Advice(ExitCode.UNAVAILABLE, "repeat the command a little later"),
}
_OTHERWISE: Final = _Advice(ExitCode.SERVER, "the log of the API says more")
_AWAY: Final = _Advice(ExitCode.UNAVAILABLE, "repeat the command a little later")
RETRYABLE: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed."""


class RefusedError(CommandError):
    """The server refused.

    Args:
        status: The HTTP status.
        problem: The problem document.
        retry_after_s: Seconds after which the server asks to be asked again; None if it did not say.

    Attributes:
        status: The HTTP status.
        problem: The problem document.
        retry_after_s: As given.
    """

    def __init__(self, status: int, problem: dict[str, Any], *, retry_after_s: float | None = None) -> None:
        self.status, self.problem, self.retry_after_s = status, problem, retry_after_s
        default = _AWAY if status in RETRYABLE else _OTHERWISE
        advice = _BY_CODE.get(str(problem.get("code"))) or _BY_STATUS.get(status, default)
        hint = advice.hint.format(instance_id=printable(problem.get("instance_id") or "ID"))
        super().__init__(_message(status, problem), hint=hint, code=advice.code)

    @property
    def fields(self) -> set[str]:
        """The parts of the request that are wrong, by name."""
        return {str(entry.get("field")) for entry in self.problem.get("errors") or ()}

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in RETRYABLE


class UnreachableError(CommandError):
    """Nothing answers."""

    exit_code = ExitCode.UNAVAILABLE
    retryable = True
    retry_after_s = None


def _message(status: int, problem: dict[str, Any]) -> str:
    said = problem.get("detail") or problem.get("title") or f"the server answered {status}"
    wrong = [f"\n  {entry.get('field')}: {entry.get('message')}" for entry in problem.get("errors") or ()]
    return printable(f"{said}{''.join(wrong)}", lines=True)
