import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from durably.cli.receiver import PATH, Inbox, receiving
from durably.contracts.names import IDEMPOTENCY_HEADER
from tests.harness.ports import free_port

BODY = {"task_id": "1", "assignee": "ada", "text": "You were assigned"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notifications.jsonl"


@pytest.fixture
async def receiver(file: Path) -> AsyncIterator[aiohttp.ClientSession]:
    port = free_port()
    async with receiving(Inbox(file), port=port), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session


async def _send(receiver: aiohttp.ClientSession, key: str | None, body: bytes) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} | ({IDEMPOTENCY_HEADER: key} if key else {})
    async with receiver.post(PATH, data=body, headers=headers) as answer:
        return answer.status, await answer.json()


def _kept(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def test_a_notification_is_kept_and_shown(receiver: aiohttp.ClientSession, file: Path) -> None:
    assert (await _send(receiver, "k1", json.dumps(BODY).encode()))[0] == 200
    async with receiver.get("/") as answer:
        shown = await answer.json()
    assert [(entry["key"], entry["body"]) for entry in shown] == [("k1", BODY)]
    assert _kept(file) == shown


async def test_the_second_delivery_of_a_key_is_answered_200_and_changes_nothing(
    receiver: aiohttp.ClientSession, file: Path
) -> None:
    await _send(receiver, "k1", b'{"n": 1}')
    assert await _send(receiver, "k1", b'{"n": 2}') == (200, {"accepted": False, "duplicate": True})
    await _send(receiver, "k2", b'{"n": 3}')
    assert [entry["body"] for entry in _kept(file)] == [{"n": 1}, {"n": 3}]


@pytest.mark.parametrize(("key", "body"), [(None, b"{}"), ("k1", b"no JSON")])
async def test_a_delivery_without_a_key_or_without_json_is_refused(
    receiver: aiohttp.ClientSession, file: Path, key: str | None, body: bytes
) -> None:
    status, _ = await _send(receiver, key, body)
    assert status == 400
    assert _kept(file) == []


def test_keys_are_known_after_a_restart(file: Path) -> None:
    assert Inbox(file).accept("k1", BODY)
    inbox = Inbox(file)
    assert not inbox.accept("k1", BODY)
    assert [entry["body"] for entry in inbox.entries()] == [BODY]


def test_a_line_that_a_crash_tore_does_not_count_and_spoils_no_other(file: Path) -> None:
    Inbox(file).accept("k1", BODY)
    file.write_text(file.read_text() + '{"key": "k2", "bo')
    inbox = Inbox(file)
    assert inbox.accept("k2", BODY)
    assert [entry["key"] for entry in Inbox(file).entries()] == ["k1", "k2"]
