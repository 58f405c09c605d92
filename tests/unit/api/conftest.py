"""One API and one fake worker for each file of tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.unit.api.fake_control import SIDECAR_TOKEN, FakeControl, scheduled
from tests.unit.api.serving import Api, serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listening_worker() -> AsyncIterator[FakeControl]:
    """A fake worker."""
    worker = FakeControl()
    await worker.start()
    yield worker
    await worker.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(listening_worker: FakeControl) -> AsyncIterator[Api]:
    """The API that asks the fake worker directly."""
    async with serving(control_url=listening_worker.url) as api:
        yield api


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api_behind_sidecar(listening_worker: FakeControl) -> AsyncIterator[Api]:
    """The API that takes the fake for its sidecar."""
    async with serving(
        control_url=listening_worker.url, worker_app_id="durably", sidecar_api_token=SIDECAR_TOKEN
    ) as api:
        yield api


@pytest.fixture
def worker(listening_worker: FakeControl) -> FakeControl:
    """The fake worker, which has been asked nothing yet and accepts starts."""
    listening_worker.script(scheduled())
    return listening_worker
