"""Two hundred workflows in flight, and a worker pod that is deleted at a moment that nobody chose."""

import asyncio
import random

import pytest

from tests.e2e.installation import ASSIGN_S
from tests.e2e.stage import Stage

pytestmark = pytest.mark.e2e

WORKFLOWS = 200
_OVERWRITTEN = 0.005
"""The part of histories that may lack the events of an activity that ran, once, and told its effect: while an actor
moves, two sidecars of Dapr 1.18 can save one turn over another. See "Faults of others" in docs/durability.md."""


async def test_nothing_is_lost_and_nothing_happens_twice_with_two_hundred_in_flight(stage: Stage, rounds: int) -> None:
    incomplete: list[str] = []
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
        assert not outcome.lost, outcome
        assert not outcome.doubled, outcome
        incomplete += outcome.rewritten
    assert len(incomplete) <= rounds * WORKFLOWS * _OVERWRITTEN, incomplete
