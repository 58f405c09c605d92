from collections.abc import Iterator
from typing import Any

import pytest

from durably.cli.commands.api import Api
from durably.cli.commands.refusals import RefusedError, UnreachableError
from durably.cli.commands.reindexing import followed
from durably.cli.exits import CommandError, ExitCode


class Scripted(Api):
    """A server that answers in this order, and then the last answer for ever."""

    def __init__(self, *answers: Any) -> None:
        super().__init__("http://scripted", headers={})
        self._answers = self._in_order(answers)

    def get(self, at: str, *_: Any, **__: Any) -> Any:
        """The next answer."""
        assert at == "/index"
        answer = next(self._answers)
        if isinstance(answer, CommandError):
            raise answer
        return answer

    @staticmethod
    def _in_order(answers: tuple[Any, ...]) -> Iterator[Any]:
        yield from answers
        while True:
            yield answers[-1]


def _state(worker: str, instances: int, *, rebuilding: bool) -> dict[str, Any]:
    return {"worker": worker, "instances": instances, "rebuilding": rebuilding, "problem": None}


BEGUN = _state("one", 1, rebuilding=True)
DONE = _state("one", 4, rebuilding=False)
OTHER = _state("two", 9, rebuilding=False)


def _followed(*answers: Any, silence_s: float = 60) -> tuple[dict[str, Any], list[int]]:
    shown: list[int] = []
    state = followed(
        Scripted(*answers), BEGUN, show=lambda seen: shown.append(seen["instances"]), pause_s=0, silence_s=silence_s
    )
    return state, shown


def test_each_state_is_shown_until_the_comparison_is_over() -> None:
    assert _followed(_state("one", 2, rebuilding=True), DONE) == (DONE, [1, 2])


def test_what_another_worker_says_of_itself_ends_nothing() -> None:
    assert _followed(OTHER, OTHER, DONE)[0] == DONE


def test_a_worker_that_is_not_heard_of_any_more_is_unavailable() -> None:
    with pytest.raises(CommandError) as caught:
        _followed(OTHER, silence_s=0)
    assert caught.value.code is ExitCode.UNAVAILABLE
    assert "repeat" in caught.value.hint


def test_a_server_that_is_away_for_a_moment_is_asked_again() -> None:
    assert _followed(RefusedError(503, {}, retry_after_s=0.01), DONE)[0] == DONE


def test_a_server_that_refuses_is_not() -> None:
    with pytest.raises(RefusedError):
        _followed(RefusedError(403, {}), UnreachableError("never asked"))
