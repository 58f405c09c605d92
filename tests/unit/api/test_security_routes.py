"""Every route of the API, without a token, with the wrong role and with the right one."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio

from api.bootstrap import application
from api.security.callers import ALL_ROLES, Role
from api.security.doors import Doors, roles_of
from api.security.table import ROUTES
from api.settings import ApiSettings
from tests.unit.api.fake_control import FakeControl, view
from tests.unit.api.keyholders import Keyholder, entries
from tests.unit.api.serving import Api, serving

EXISTING: Final = Doors(application(settings=ApiSettings()).routes).all()
HOLDERS: Final = {role: Keyholder(role.value, role) for role in Role}
PROTECTED: Final = [(method, path, role) for (method, path), role in ROUTES.items() if isinstance(role, Role)]
OPEN: Final = [(method, path) for (method, path), role in ROUTES.items() if role is None]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(listening_worker: FakeControl) -> AsyncIterator[Api]:
    """The API that asks for keys; each role has one holder."""
    async with serving(control_url=listening_worker.url, auth="keys", keys=entries(*HOLDERS.values())) as api:
        yield api


def filled(path: str) -> str:
    """A path that this route takes."""
    return path.replace("{instance_id}", "i-1").replace("{name}", "index.html")


def test_every_route_stands_in_the_table() -> None:
    assert [route for route in EXISTING if route not in ROUTES] == []


def test_every_row_of_the_table_is_a_route() -> None:
    assert [row for row in ROUTES if row not in EXISTING] == []


def test_a_route_that_nobody_listed_takes_every_role() -> None:
    assert roles_of("POST", "/not/listed", {}) == ALL_ROLES


@pytest.mark.parametrize("name", ["approval", "Approval", "APPROVAL"])
def test_an_approval_takes_the_approver_however_it_is_written(name: str) -> None:
    assert roles_of("POST", "/instances/{instance_id}/events/{name}", {"name": name}) == {Role.APPROVER}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "path", "role"), PROTECTED)
async def test_a_route_is_closed_without_a_token(guarded: Api, method: str, path: str, role: Role) -> None:
    answer = await guarded.ask(method, filled(path))

    assert answer.is_problem(401, "unauthorized"), role
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="durably"'


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "path", "role"), PROTECTED)
async def test_a_route_is_closed_to_all_other_roles_and_says_which_one_is_missing(
    guarded: Api, method: str, path: str, role: Role
) -> None:
    for other in ALL_ROLES - {role}:
        answer = await guarded.ask(method, filled(path), headers=HOLDERS[other].headers)

        assert answer.is_problem(403, "forbidden"), other
        assert f"takes the role {role}, which {other} does not have" in answer.json["detail"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "path", "role"), PROTECTED)
async def test_a_route_is_open_to_its_role(
    guarded: Api, worker: FakeControl, method: str, path: str, role: Role
) -> None:
    worker.script(view(status="completed", output=None))
    url = guarded.url + filled(path)

    async with guarded.session.request(method, url, headers=HOLDERS[role].headers) as answer:  # some stream for long
        assert answer.status not in {401, 403, 404, 405, 500}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(("method", "path"), OPEN)
async def test_an_open_route_asks_nobody_for_a_token(guarded: Api, method: str, path: str) -> None:
    assert (await guarded.ask(method, filled(path))).status == 200


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("PUT", "/orders", 405)])
async def test_what_does_not_exist_is_told_to_everybody(guarded: Api, method: str, path: str, status: int) -> None:
    assert (await guarded.ask(method, path)).status == status


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "durably_" + "a" * 43, "Bearer durably_" + "a" * 43, "Bearer é"]
)
async def test_a_header_that_holds_no_good_token_is_refused(guarded: Api, header: str) -> None:
    answer = await guarded.ask("GET", "/workflows", headers={"Authorization": header})

    assert answer.is_problem(401, "unauthorized")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_body_is_not_read_before_it_is_known_who_sends_it(guarded: Api) -> None:
    answer = await guarded.ask("POST", "/orders", data=b"{", headers={"Content-Type": "application/json"})

    assert answer.is_problem(401, "unauthorized")
