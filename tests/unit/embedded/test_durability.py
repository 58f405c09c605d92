"""What was acknowledged survives `kill -9` of the engine, without a worker that could hide a loss by doing it again."""

import asyncio
from pathlib import Path

import pytest

from durably.contracts.errors import DurablyError
from durably.contracts.instances import InstanceStatus
from durably.embedded.server import EmbeddedServer
from durably.engine.client import EngineClient
from tests.harness.embedded import EmbeddedEngine


async def test_every_start_that_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    await engine.start()
    client = EngineClient(host="127.0.0.1", port=engine.grpc_port)
    acknowledged: set[str] = set()

    async def start(number: int) -> None:
        await client.start("w", instance_id=f"i{number}", payload={"n": number})
        acknowledged.add(f"i{number}")
        if len(acknowledged) == 150:
            engine.kill()

    outcomes = await asyncio.gather(*(start(number) for number in range(300)), return_exceptions=True)
    assert all(isinstance(outcome, DurablyError) for outcome in outcomes if outcome is not None)
    assert 150 <= len(acknowledged) < 300
    await engine.start()
    for instance_id in acknowledged:
        view = await client.get(instance_id)
        assert (view.status, view.input) == (InstanceStatus.PENDING, {"n": int(instance_id[1:])})
    ids, cursor = await client.list_ids()
    assert acknowledged <= set(ids)
    assert cursor is None
    await client.aclose()
    await engine.stop()


async def test_a_page_of_ids_is_stable_while_instances_are_added(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path / "engine.db") as server:
        client = EngineClient(host="127.0.0.1", port=server.port)
        for number in range(5):
            await client.start("w", instance_id=f"i{number}", payload={})
        first, cursor = await client.list_ids(page_size=2)
        await client.start("w", instance_id="late", payload={})
        second, cursor = await client.list_ids(page_size=2, cursor=cursor)
        third, cursor = await client.list_ids(page_size=2, cursor=cursor)
        assert (first, second, third, cursor) == (("i4", "i3"), ("i2", "i1"), ("i0",), None)
        await client.aclose()


async def test_two_engines_cannot_listen_on_one_port(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path / "one.db") as server:
        with pytest.raises(RuntimeError, match="bind"):
            await EmbeddedServer(tmp_path / "two.db", port=server.port).__aenter__()
