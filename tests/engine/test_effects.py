"""The adapters that effects go through, on both engines: the same first write wins, the same refusals."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from durably.authoring import NotificationError, StateStoreError
from durably.contracts.tasks import Assignment, Notification
from tests.harness.stack import Engine
from worker.adapters.assignments import DaprAssignmentStore
from worker.adapters.notifier import DaprNotifier
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar


@pytest_asyncio.fixture(loop_scope="session")
async def sidecar(engine: Engine) -> AsyncIterator[Sidecar]:
    """The connection that a worker would have."""
    sidecar = Sidecar(host="127.0.0.1", port=engine.grpc_port, timeout_s=5)
    yield sidecar
    await sidecar.aclose()


def assignment(task_id: str, number: int) -> Assignment:
    return Assignment(task_id=task_id, assignee=f"person {number}", task_execution_id=f"execution {number}")


async def test_the_first_assignment_of_a_task_stands(sidecar: Sidecar) -> None:
    store = DaprAssignmentStore(Records(sidecar, store="statestore"))
    first = await store.write_first(assignment("standing", 1))
    assert first == assignment("standing", 1)
    assert await store.write_first(assignment("standing", 2)) == first
    assert await store.write_first(assignment("standing", 1)) == first


async def test_of_many_writes_at_once_one_stands_and_all_see_it(sidecar: Sidecar) -> None:
    store = DaprAssignmentStore(Records(sidecar, store="statestore"))
    seen = await asyncio.gather(*(store.write_first(assignment("race", number)) for number in range(20)))
    assert len(set(seen)) == 1


async def test_an_unknown_store_is_an_error_that_names_it(sidecar: Sidecar) -> None:
    with pytest.raises(StateStoreError, match="nowhere"):
        await DaprAssignmentStore(Records(sidecar, store="nowhere")).write_first(assignment("lost", 1))


async def test_a_receiver_that_is_away_is_an_error(sidecar: Sidecar) -> None:
    notification = Notification(task_id="1", assignee="ada", text="Hello")
    with pytest.raises(NotificationError, match="did not take it"):
        await DaprNotifier(sidecar, binding="notifications").send(notification, idempotency_key="key")


async def test_an_unknown_binding_is_an_error_that_names_it(sidecar: Sidecar) -> None:
    notification = Notification(task_id="1", assignee="ada", text="Hello")
    with pytest.raises(NotificationError, match="nobody"):
        await DaprNotifier(sidecar, binding="nobody").send(notification, idempotency_key="key")
