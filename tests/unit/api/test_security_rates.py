"""How often somebody may ask."""

import math
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio

from api.security import guard
from api.security import rates as module
from api.security.rates import Rates
from tests.unit.api.fake_control import FakeControl, view
from tests.unit.api.keyholders import Keyholder, entries
from tests.unit.api.serving import Api, serving

ADA, BEN = Keyholder("ada"), Keyholder("ben")
BURST: Final = 3


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_a_burst_passes_and_then_as_many_as_come_back() -> None:
    clock = Clock()
    rates = Rates(per_s=2, burst=3, clock=clock)

    assert [rates.take("ada") for _ in range(4)] == [0, 0, 0, 0.5]
    clock.now = 0.5
    assert [rates.take("ada") for _ in range(2)] == [0, 0.5]
    clock.now = 1_000
    assert [bool(rates.take("ada")) for _ in range(4)] == [False, False, False, True]


def test_waiting_as_long_as_told_is_enough() -> None:
    clock = Clock()
    rates = Rates(per_s=0.3, burst=1, clock=clock)
    rates.take("ada")

    clock.now += rates.take("ada")

    assert rates.take("ada") == 0


def test_one_caller_does_not_use_up_what_another_has() -> None:
    rates = Rates(per_s=1, burst=1, clock=Clock())

    assert [bool(rates.take(who)) for who in ("ada", "ada", "ben")] == [False, True, False]


def test_without_a_rate_there_is_no_limit() -> None:
    rates = Rates(per_s=0, burst=1, clock=Clock())

    assert not any(rates.take("ada") for _ in range(1_000))


def test_many_names_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BUCKETS", 10)
    rates = Rates(per_s=1, burst=1, clock=Clock())

    for number in range(100):
        rates.take(str(number))

    assert len(rates._buckets) == 10
    assert rates.take("99") > 0, "the one that was used last is still known"


@pytest_asyncio.fixture(loop_scope="function")
async def limited(worker_of_this_test: FakeControl) -> AsyncIterator[Api]:
    """The API with a limit, for holders of keys."""
    url, keys = worker_of_this_test.url, entries(ADA, BEN)
    async with serving(control_url=url, auth="keys", keys=keys, rate_per_s=0.1, rate_burst=BURST) as api:
        yield api


@pytest_asyncio.fixture(loop_scope="function")
async def worker_of_this_test() -> AsyncIterator[FakeControl]:
    """A fake worker with an instance."""
    worker = FakeControl()
    worker.script(view())
    await worker.start()
    yield worker
    await worker.stop()


async def test_who_asks_too_often_is_told_when_to_ask_again_and_others_are_not_held_up(limited: Api) -> None:
    answers = [await limited.ask("GET", "/instances/i", headers=ADA.headers) for _ in range(BURST + 1)]

    assert [answer.status for answer in answers] == [200] * BURST + [429]
    assert answers[-1].is_problem(429, "rate_limited")
    assert 1 < int(answers[-1].headers["Retry-After"]) <= math.ceil(1 / 0.1)
    assert (await limited.ask("GET", "/instances/i", headers=BEN.headers)).status == 200


async def test_probes_and_the_page_are_never_held_up(limited: Api) -> None:
    assert {(await limited.get(path)).status for path in ("/livez", "/", "/openapi.json") * (BURST + 1)} == {200}


async def test_trying_tokens_is_slowed_down_and_good_ones_still_pass(
    worker_of_this_test: FakeControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_FAILURES_PER_S", 0.01)
    monkeypatch.setattr(guard, "_FAILURES_AT_ONCE", BURST)
    async with serving(control_url=worker_of_this_test.url, auth="keys", keys=entries(ADA)) as api:
        tried = [await api.ask("GET", "/instances/i", headers=BEN.headers) for _ in range(BURST + 1)]
        good = await api.ask("GET", "/instances/i", headers=ADA.headers)

    assert [answer.status for answer in tried] == [401] * BURST + [429]
    assert good.status == 200
