"""Where nobody has to say who they are, what a page of another site can make a browser do."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.unit.api.fake_control import FakeControl, json_answer, view
from tests.unit.api.keyholders import Keyholder, entries
from tests.unit.api.serving import Api, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUESTED = json_answer({"instance_id": "i", "requested": "pause"}, status=202)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chosen(listening_worker: FakeControl) -> AsyncIterator[Api]:
    """The API that was told to let everybody in."""
    async with serving(control_url=listening_worker.url, auth="none") as api:
        yield api


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_of_another_site_changes_nothing(api: Api, chosen: Api, worker: FakeControl, site: str) -> None:
    for one in (api, chosen):
        answer = await one.ask("POST", "/instances/i/terminate", headers={"Sec-Fetch-Site": site})
        assert answer.is_problem(403, "forbidden")
    assert worker.asked == []


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
async def test_our_own_page_and_what_is_no_browser_may_change_things(
    api: Api, worker: FakeControl, headers: dict[str, str]
) -> None:
    worker.script(REQUESTED)

    assert (await api.ask("POST", "/instances/i/terminate", headers=headers)).status == 202


async def test_with_tokens_it_does_not_matter_who_makes_the_browser_ask(worker: FakeControl) -> None:
    worker.script(REQUESTED)
    ada = Keyholder("ada")
    async with serving(control_url=worker.url, auth="keys", keys=entries(ada)) as api:
        headers = {**ada.headers, "Sec-Fetch-Site": "cross-site"}
        assert (await api.ask("POST", "/instances/i/terminate", headers=headers)).status == 202


@pytest.mark.parametrize(
    "host", ["evil.example.org", "evil.example.org:8080", "localhost.example.org", "127.0.0.1.nip.io"]
)
async def test_another_name_for_this_machine_is_refused_unless_it_was_chosen(
    api: Api, chosen: Api, worker: FakeControl, host: str
) -> None:
    worker.script(view())

    refused = await api.ask("GET", "/instances/i", headers={"Host": host})
    taken = await chosen.ask("GET", "/instances/i", headers={"Host": host})

    assert refused.is_problem(403, "forbidden")
    assert "DURABLY_API_AUTH=none" in refused.json["detail"]
    assert taken.status == 200


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]", "a.localhost"]
)
async def test_the_names_that_are_always_this_machines_are_taken(api: Api, worker: FakeControl, host: str) -> None:
    worker.script(view())

    assert (await api.ask("GET", "/instances/i", headers={"Host": host})).status == 200
