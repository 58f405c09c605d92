import asyncio
from pathlib import Path

import pytest

from durably.embedded.store import Store


async def test_the_log_begins_anew_while_it_is_written_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interval is patched because a test should not write for minutes."""
    monkeypatch.setattr("durably.embedded.store._CHECKPOINT_EVERY_S", 0.05)
    store = Store(tmp_path / "engine.db")
    checkpoints = asyncio.create_task(store.keep_checkpointing())
    value = b"x" * 100_000
    upsert = "INSERT INTO items VALUES ('key', ?, 1) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    for _ in range(1_000):
        written = asyncio.Event()
        store.write([(upsert, (value,))], then=written.set)
        await written.wait()
    log_bytes = (tmp_path / "engine.db-wal").stat().st_size
    checkpoints.cancel()
    store.close()
    assert log_bytes < 1_000 * len(value) / 2


async def test_a_group_commit_takes_all_that_came_together_and_tells_in_order(tmp_path: Path) -> None:
    store = Store(tmp_path / "engine.db")
    told: list[int] = []
    done = asyncio.Event()
    for number in range(3):
        store.write([("INSERT INTO items VALUES (?, x'00', 1)", (str(number),))], then=lambda n=number: told.append(n))
    store.write([], then=done.set)
    assert told == []
    await done.wait()
    assert told == [0, 1, 2]
    assert store.read("SELECT count(*) FROM items") == [(3,)]
    store.close()


async def test_a_read_sees_what_was_written_before_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "engine.db")
    store.write([("INSERT INTO items VALUES ('key', x'01', 1)", ())], then=lambda: None)
    assert store.read("SELECT value FROM items") == [(b"\x01",)]
    store.close()
