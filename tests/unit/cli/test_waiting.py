import pytest

from durably.cli.commands.refusals import RefusedError, UnreachableError
from durably.cli.commands.waiting import Patience, exit_code, insist
from durably.cli.exits import ExitCode


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("completed", ExitCode.OK),
        ("failed", ExitCode.FAILED),
        ("terminated", ExitCode.FAILED),
        ("running", ExitCode.UNFINISHED),
        ("suspended", ExitCode.UNFINISHED),
    ],
)
def test_the_exit_code_is_that_of_the_workflow(status: str, code: ExitCode) -> None:
    assert exit_code({"status": status}) is code


def test_what_asking_again_would_not_change_is_raised_at_once() -> None:
    refusal = RefusedError(404, {"code": "instance_not_found"})
    with pytest.raises(RefusedError):
        Patience().after(refusal, at_most_s=60)


def test_a_server_that_stays_away_is_given_up_and_one_that_comes_back_is_not() -> None:
    patience = Patience(limit_s=0.05)
    away = UnreachableError("nothing answers")
    patience.after(away, at_most_s=60)
    with pytest.raises(UnreachableError):
        patience.after(away, at_most_s=60)
    patience.renew()
    patience.after(RefusedError(503, {}, retry_after_s=0.01), at_most_s=60)


def test_who_insists_is_answered_once_the_server_is_back_and_who_does_not_is_told_at_once() -> None:
    answers: list[str | Exception] = [
        UnreachableError("nothing answers"),
        RefusedError(503, {}, retry_after_s=0.01),
        "ok",
    ]

    def ask() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(UnreachableError):
        insist(ask, limit_s=0)
    assert insist(ask, limit_s=60) == "ok"
