from typing import Any

import pytest

from tests.unit.api.fake_control import FakeControl, scheduled
from tests.unit.api.serving import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")

CANDIDATE = {"name": "Grace", "email": "grace@example.org"}
APPLICATION = {"application_id": "7", "candidate": CANDIDATE, "position": "Engineer", "resume_text": "Compilers."}


async def test_an_application_is_started_under_its_own_id_and_the_caller_told_where_to_look(
    api: Api, worker: FakeControl
) -> None:
    worker.script(scheduled("application-7"))

    answered = await api.post("/applications", APPLICATION)

    assert answered.status == 202
    assert answered.json == {"instance_id": "application-7", "status": "scheduled"}
    assert answered.headers["Location"] == "/instances/application-7"
    assert worker.asked[0].path == "/control/workflows/job_application_workflow/instances/application-7"
    assert worker.asked[0].body == APPLICATION | {"skills": [], "years_experience": 0}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"application_id": "a/b"}, "application_id"),
        ({"application_id": "a" * 101}, "application_id"),
        ({"candidate": None}, "candidate"),
        ({"candidate": {"name": "Grace"}}, "candidate.email"),
        ({"candidate": CANDIDATE | {"phone": "1"}}, "candidate.phone"),
        ({"resume_text": "x" * (64 * 1024 + 1)}, "resume_text"),
        ({"resume_text": "ж" * (32 * 1024 + 1)}, "resume_text"),
        ({"skills": ["go", 5]}, "skills.1"),
        ({"years_experience": -1}, "years_experience"),
        ({"years_experience": "5"}, "years_experience"),
        ({"years_experience": True}, "years_experience"),
        ({"position": None}, "position"),
        ({"score": 100}, "score"),
    ],
)
async def test_a_malformed_application_is_refused_with_the_field(
    api: Api, worker: FakeControl, wrong: dict[str, Any], field: str
) -> None:
    answered = await api.post("/applications", APPLICATION | wrong)

    assert answered.is_problem(422, "invalid_input")
    assert [error["field"] for error in answered.json["errors"]] == [field]
    assert worker.asked == []


@pytest.mark.parametrize("years", [0, 5, 2.5, 80])
async def test_years_may_be_whole_or_not(api: Api, worker: FakeControl, years: float) -> None:
    await api.post("/applications", APPLICATION | {"years_experience": years})

    assert worker.asked[0].body["years_experience"] == years


@pytest.mark.parametrize("text", ["x" * 64 * 1024, "ж" * 32 * 1024], ids=["one byte", "two bytes"])
async def test_the_longest_resume_passes(api: Api, worker: FakeControl, text: str) -> None:
    assert (await api.post("/applications", APPLICATION | {"resume_text": text})).status == 202


async def test_what_makes_no_sense_is_for_the_workflow_to_find_invalid(api: Api, worker: FakeControl) -> None:
    blank = {"candidate": {"name": " ", "email": ""}, "position": ""}

    assert (await api.post("/applications", APPLICATION | blank)).status == 202
