"""Who the caller is, as the API says it."""

import pytest

from api.security.callers import Role
from tests.unit.api.fake_control import FakeControl
from tests.unit.api.keyholders import Keyholder, entries
from tests.unit.api.serving import serving

pytestmark = pytest.mark.asyncio

ADA = Keyholder("ada", Role.VIEWER)
ERIN = Keyholder("erin", Role.APPROVER, Role.OPERATOR)


async def test_with_a_key_it_is_its_owner_and_its_roles(listening_worker: FakeControl) -> None:
    async with serving(control_url=listening_worker.url, auth="keys", keys=entries(ADA, ERIN)) as api:
        ada, erin = [(await api.ask("GET", "/me", headers=one.headers)).json for one in (ADA, ERIN)]

    assert ada == {"name": "ada", "roles": ["viewer"], "proven": True}
    assert erin == {"name": "erin", "roles": ["approver", "operator"], "proven": True}


async def test_without_a_good_key_nobody_is_anybody(listening_worker: FakeControl) -> None:
    async with serving(control_url=listening_worker.url, auth="keys", keys=entries(ADA)) as api:
        for headers in ({}, ERIN.headers, {"Durably-User": "ada"}):
            assert (await api.ask("GET", "/me", headers=headers)).is_problem(401, "unauthorized")


async def test_where_nobody_is_asked_it_is_who_it_says_it_is(listening_worker: FakeControl) -> None:
    async with serving(control_url=listening_worker.url) as api:
        nameless = (await api.ask("GET", "/me")).json
        named = (await api.ask("GET", "/me", headers={"Durably-User": "grace"})).json

    assert nameless == {"name": "anonymous", "roles": ["approver", "operator", "viewer"], "proven": False}
    assert named == {**nameless, "name": "grace"}


async def test_every_caller_may_ask_and_the_document_says_so(listening_worker: FakeControl) -> None:
    async with serving(control_url=listening_worker.url, auth="keys", keys=entries(ADA)) as api:
        operation = (await api.ask("GET", "/openapi.json")).json["paths"]["/me"]["get"]

    assert operation["security"] == [{"token": []}]
    assert operation["x-durably-roles"] == []
    assert {"200", "401"} <= operation["responses"].keys()
