"""The stores in which the first record stands, on the state API of an embedded engine."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from durably.authoring import StateStoreError
from durably.contracts.applications import Interview
from durably.contracts.tasks import Assignment
from durably.embedded.server import EmbeddedServer
from worker.adapters.assignments import DaprAssignmentStore
from worker.adapters.interviews import DaprInterviewCalendar
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar


@pytest_asyncio.fixture
async def sidecar(tmp_path: Path) -> AsyncIterator[Sidecar]:
    async with EmbeddedServer(tmp_path / "engine.db", port=0, bindings={}) as server:
        sidecar = Sidecar(host="127.0.0.1", port=server.port)
        yield sidecar
        await sidecar.aclose()


def assignment(assignee: str, *, task_id: str = "1") -> Assignment:
    return Assignment(task_id=task_id, assignee=assignee, task_execution_id=f"execution-{assignee}")


def interview(day: int) -> Interview:
    at = datetime(2026, 3, day, 10, tzinfo=UTC)
    return Interview(application_id="1", email="grace@example.org", position="Engineer", at=at)


async def test_the_first_assignment_of_a_task_stands(sidecar: Sidecar) -> None:
    store = DaprAssignmentStore(Records(sidecar, store="statestore"))
    assert await store.write_first(assignment("ada")) == assignment("ada")
    assert await store.write_first(assignment("bob")) == assignment("ada")
    assert await store.write_first(assignment("bob", task_id="2")) == assignment("bob", task_id="2")


async def test_of_many_that_write_at_once_all_are_told_the_one_that_stands(sidecar: Sidecar) -> None:
    store = DaprAssignmentStore(Records(sidecar, store="statestore"))
    told = await asyncio.gather(*(store.write_first(assignment(f"p{n}")) for n in range(20)))
    assert len(set(told)) == 1
    assert await store.write_first(assignment("late")) == told[0]


async def test_an_interview_that_is_booked_again_stays_where_it_was(sidecar: Sidecar) -> None:
    calendar = DaprInterviewCalendar(Records(sidecar, store="statestore"))
    assert await calendar.book(interview(3)) == interview(3)
    assert await calendar.book(interview(4)) == interview(3)


async def test_assignments_and_interviews_of_one_id_do_not_meet(sidecar: Sidecar) -> None:
    await DaprAssignmentStore(Records(sidecar, store="statestore")).write_first(assignment("ada"))
    assert await DaprInterviewCalendar(Records(sidecar, store="statestore")).book(interview(3)) == interview(3)


async def test_a_store_that_is_away_is_an_error_that_names_it(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path / "engine.db", port=0, bindings={}) as server:
        sidecar = Sidecar(host="127.0.0.1", port=server.port, timeout_s=0.2)
    with pytest.raises(StateStoreError, match="statestore"):
        await DaprAssignmentStore(Records(sidecar, store="statestore")).write_first(assignment("ada"))
    await sidecar.aclose()
