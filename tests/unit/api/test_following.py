import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from api.security.callers import ANONYMOUS, Caller, Role
from api.security.standing import RECHECK_S, Standing
from durably.contracts.access import ForbiddenError, UnauthorizedError
from durably.contracts.errors import EngineUnavailableError, InstanceNotFoundError, UnavailableError
from tests.harness.waiting import true, until
from tests.unit.api.fake_control import Answer, FakeControl, json_answer, problem, view
from tests.unit.api.keyholders import Keyholder, entries
from tests.unit.api.serving import Api, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

Story = list[tuple[str, Any]]


def history(*names: str) -> Answer:
    """A history of so many events."""
    return json_answer({"instance_id": "i", "events": [{"event_id": n, "name": each} for n, each in enumerate(names)]})


async def story(api: Api, *, headers: dict[str, str] | None = None) -> Story:
    """The whole stream of an instance as (event, data or id)."""
    answered = await api.ask("GET", "/instances/i/events", headers=headers or {})
    assert answered.headers["Content-Type"].startswith("text/event-stream")
    return told(answered.body.decode())


def told(text: str) -> Story:
    """The events in a stream: their name, and their id or status or code."""
    pieces = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in fields:
            data = json.loads(fields["data"])
            pieces.append((fields["event"], int(fields["id"]) if "id" in fields else data.get("status")))
    return pieces


async def test_an_instance_that_has_ended_is_told_at_once_and_closes(api: Api, worker: FakeControl) -> None:
    worker.script(view(status="completed", input={"secret": 1}), history("a", "b"))

    answered = await api.ask("GET", "/instances/i/events")

    assert told(answered.body.decode()) == [
        ("instance", "completed"),
        ("history", 0),
        ("history", 1),
        ("end", "completed"),
    ]
    assert answered.headers["Cache-Control"] == "no-store"
    instance, end = (line for line in answered.body.decode().splitlines() if '"status"' in line)
    assert ("secret" in instance, "secret" in end) == (False, True)


async def test_only_what_is_new_is_told_and_nothing_while_nothing_changes(api: Api, worker: FakeControl) -> None:
    same = view(status="running", updated_at="2026-01-01T00:00:01Z")
    worker.script(same, history("a"), same, same, view(status="completed"), history("a", "b", "c"))

    assert await story(api) == [
        ("instance", "running"),
        ("history", 0),
        ("instance", "completed"),
        ("history", 1),
        ("history", 2),
        ("end", "completed"),
    ]
    waits = [asked.path for asked in worker.asked if "wait" in asked.path]
    assert len(waits) == 3


@pytest.mark.parametrize(("last", "ids"), [("-1", [0, 1, 2]), ("0", [1, 2]), ("2", []), ("9", [0, 1, 2])])
async def test_a_stream_goes_on_after_the_last_id_and_begins_anew_if_that_is_of_another_life(
    api: Api, worker: FakeControl, last: str, ids: list[int]
) -> None:
    worker.script(view(status="completed"), history("a", "b", "c"))

    pieces = await story(api, headers={"Last-Event-ID": last})

    assert [found for event, found in pieces if event == "history"] == ids


@pytest.mark.parametrize("last", ["x", "-2", "99999999999"])
async def test_a_last_id_that_is_none_is_refused(api: Api, worker: FakeControl, last: str) -> None:
    answered = await api.ask("GET", "/instances/i/events", headers={"Last-Event-ID": last})

    assert answered.is_problem(422, "invalid_input")
    assert worker.asked == []


async def test_a_history_that_begins_anew_is_told_from_its_beginning(api: Api, worker: FakeControl) -> None:
    later = view(status="running", updated_at="2026-01-01T00:00:01Z")
    worker.script(
        view(), history("old", "b"), later, history("new", "b", "c"), view(status="completed"), history("new")
    )

    ids = [found for event, found in await story(api) if event == "history"]

    assert ids == [0, 1, 0, 1, 2, 0]


async def test_what_is_not_there_is_a_problem_and_no_stream(api: Api, worker: FakeControl) -> None:
    worker.script(problem(InstanceNotFoundError("There is none.", instance_id="i")))

    assert (await api.get("/instances/i/events")).is_problem(404, "instance_not_found")


async def test_an_instance_without_a_history_yet_is_followed(api: Api, worker: FakeControl) -> None:
    none = problem(InstanceNotFoundError("There is none."))
    worker.script(view(status="pending"), none, view(status="completed"), history("a"))

    assert [event for event, _ in await story(api)] == ["instance", "instance", "history", "end"]


async def test_a_worker_that_is_away_is_told_of_once_and_waited_for(api: Api, worker: FakeControl) -> None:
    away = problem(EngineUnavailableError("away"))
    worker.script(view(), history("a"), away, away, view(status="completed"), history("a", "b"))

    pieces = await story(api)

    assert pieces == [
        ("instance", "running"),
        ("history", 0),
        ("problem", 503),
        ("instance", "completed"),
        ("history", 1),
        ("end", "completed"),
    ]


async def test_a_history_that_could_not_be_read_is_read_again(api: Api, worker: FakeControl) -> None:
    worker.script(
        view(status="completed"), problem(EngineUnavailableError("away")), view(status="completed"), history("a")
    )

    assert await story(api) == [("problem", 503), ("instance", "completed"), ("history", 0), ("end", "completed")]


async def test_an_instance_that_is_purged_meanwhile_closes_its_stream(api: Api, worker: FakeControl) -> None:
    worker.script(view(), history(), problem(InstanceNotFoundError("There is none.")))

    assert await story(api) == [("instance", "running"), ("problem", 404)]


class Waits:
    """Answers as a worker does with an instance that never ends, and counts who waits."""

    def __init__(self) -> None:
        self.waiting = 0

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """See `Answer`."""
        if request.path.endswith("/history"):
            return await history("a")(request)
        if wait := request.query.get("wait"):
            self.waiting += 1
            try:
                await asyncio.sleep(float(wait))
            finally:
                self.waiting -= 1
        return await view()(request)


@asynccontextmanager
async def following(api: Api) -> AsyncIterator[aiohttp.ClientResponse]:
    async with api.session.get(f"{api.url}/instances/i/events") as response:
        await response.content.readuntil(b"event: instance")
        yield response


async def test_a_stream_whose_caller_goes_ends(api: Api, worker: FakeControl) -> None:
    waits = Waits()
    worker.script(waits)
    labels = {"method": "GET", "route": "/instances/{instance_id}/events", "status": "200"}

    def ended() -> float:
        return api.app.state.registry.get_sample_value("durably_http_requests_total", labels) or 0

    before = ended()
    async with following(api) as response:
        await until(true(lambda: waits.waiting == 1), what="the stream waits")
        response.close()

    await until(true(lambda: ended() == before + 1), what="the request has ended", timeout_s=2)


async def test_a_stream_closes_within_a_second_when_the_process_stops(worker: FakeControl) -> None:
    worker.script(Waits())
    async with serving(control_url=worker.url) as api, following(api) as response:
        api.app.state.shutdown.begin()

        rest = await asyncio.wait_for(response.read(), 2)

    assert b"event: end" not in rest


async def test_a_stream_ends_with_the_key_that_it_was_asked_for_with(worker: FakeControl) -> None:
    until_s = datetime.now(UTC) + timedelta(seconds=1.5)
    eve, ada = Keyholder("eve", until=until_s.isoformat()), Keyholder("ada")
    worker.script(Waits())
    async with serving(control_url=worker.url, auth="keys", keys=entries(eve, ada)) as api:
        url = f"{api.url}/instances/i/events"
        async with api.session.get(url, headers=eve.headers) as evil, api.session.get(url, headers=ada.headers) as good:
            pieces = told((await asyncio.wait_for(evil.read(), RECHECK_S + 5)).decode())
            assert pieces == [("instance", "running"), ("history", 0), ("problem", 401)]
            assert datetime.now(UTC) > until_s
            await good.content.readuntil(b"event: history")
            assert not good.content.at_eof()


class Scripted:
    """An identity that says what it is told to say."""

    def __init__(self) -> None:
        self.says: Caller | Exception = Caller("eve", frozenset({Role.VIEWER}))

    async def caller(self, method: str, headers: Mapping[str, str]) -> Caller:
        """See `Identity`."""
        assert (method, headers) == ("GET", {"authorization": "Bearer x"})
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


async def test_a_caller_stands_as_long_as_the_key_and_the_role_do() -> None:
    identity = Scripted()
    standing = Standing(identity, method="GET", headers={"authorization": "Bearer x"}, roles=frozenset({Role.VIEWER}))
    await standing.check()
    identity.says = Caller("eve", frozenset({Role.OPERATOR}))
    with pytest.raises(ForbiddenError, match="viewer"):
        await standing.check()
    identity.says = UnauthorizedError("gone")
    with pytest.raises(UnauthorizedError):
        await standing.check()


class Away:
    """An identity that can be asked once, and then is away."""

    def __init__(self) -> None:
        self.asked = 0

    async def caller(self, method: str, headers: Mapping[str, str]) -> Caller:
        """See `Identity`."""
        assert (method, "host" in headers) == ("GET", True)
        self.asked += 1
        if self.asked > 1:
            raise UnavailableError("The issuer is away.")
        return ANONYMOUS


async def test_a_stream_goes_on_while_nobody_can_say_whether_its_token_is_good(worker: FakeControl) -> None:
    worker.script(Waits())
    async with serving(control_url=worker.url) as api:
        api.app.state.identity = identity = Away()
        async with following(api) as response:
            await until(true(lambda: identity.asked > 2), what="it was asked again", timeout_s=3 * RECHECK_S + 3)
            api.app.state.shutdown.begin()
            assert b"problem" not in await asyncio.wait_for(response.read(), 3)
