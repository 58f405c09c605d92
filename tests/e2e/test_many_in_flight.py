"""Two hundred workflows in flight, and a worker pod that is deleted at a moment that nobody chose."""

import asyncio
import random

import pytest

from tests.e2e.installation import ASSIGN_S
from tests.e2e.stage import Stage

pytestmark = pytest.mark.e2e

WORKFLOWS = 200


async def test_nothing_is_lost_and_nothing_happens_twice_with_two_hundred_in_flight(stage: Stage, rounds: int) -> None:
    for number in range(rounds):
        # given
        await stage.cluster.settled()
        batch = stage.batch()
        await batch.start(WORKFLOWS)
        await batch.all_begun()
        await asyncio.sleep(random.uniform(0, ASSIGN_S))  # noqa: S311 - a moment, not a secret

        # when
        victim = random.choice(await stage.cluster.ready_pods("worker"))  # noqa: S311 - as above
        struck_at = await stage.delete(victim, forced=number % 2 == 0)

        # then
        outcome = await batch.outcome(struck_at)
        stage.report.add("worker pod deleted, 200 workflows, random moments", outcome)
        assert outcome.flawless, outcome
