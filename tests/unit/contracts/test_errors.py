from typing import Any

import pytest

from durably.contracts.errors import (
    DurablyError,
    InstanceNotFoundError,
    Problem,
    UnavailableError,
)
from durably.contracts.problems import ERRORS, from_problem


def subclasses(cls: type[Any]) -> set[type[Any]]:
    return {cls}.union(*(subclasses(sub) for sub in cls.__subclasses__()))


def test_every_error_has_a_code_of_its_own() -> None:
    ours = {cls for cls in subclasses(DurablyError) if cls.__module__.startswith("durably.contracts.")}

    assert len({cls.code for cls in ours}) == len(ours)


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_that_travelled_as_a_problem_is_the_same_error(code: str) -> None:
    sent = ERRORS[code]("What happened.", instance_id="i-1", errors=({"field": "f", "message": "m"},))

    arrived = from_problem(Problem.model_validate_json(sent.to_problem().model_dump_json()))

    assert type(arrived) is type(sent)
    assert (arrived.detail, arrived.instance_id, arrived.errors) == (sent.detail, sent.instance_id, sent.errors)


def test_a_code_that_is_not_known_here_is_an_internal_error() -> None:
    problem = Problem(title="New", status=418, code="from_the_future", detail="d")

    assert type(from_problem(problem)) is DurablyError


def test_a_problem_with_further_members_is_read() -> None:
    """RFC 9457 lets others add members."""
    problem = Problem.model_validate({"title": "t", "status": 404, "code": "c", "detail": "d", "instance": "/x"})

    assert problem.status == 404


def test_whatever_is_away_says_when_to_ask_again() -> None:
    assert all(cls.status == 503 and cls.retry_after_s for cls in subclasses(UnavailableError))


def test_an_error_reads_as_its_detail() -> None:
    assert str(InstanceNotFoundError("There is none.", instance_id="i-1")) == "There is none."
