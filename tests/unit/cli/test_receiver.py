import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from durably.cli.inbox import Inbox
from durably.cli.receiver import PATH, application, receiving
from durably.contracts.names import IDEMPOTENCY_HEADER
from tests.harness.ports import free_port

BODY = {"task_id": "1", "assignee": "ada", "text": "You were assigned"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notifications.jsonl"


@pytest.fixture
async def receiver(file: Path) -> AsyncIterator[aiohttp.ClientSession]:
    port = free_port()
    app = application(Inbox(file))
    async with receiving(app, port=port), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session


async def _send(receiver: aiohttp.ClientSession, key: str | None, body: bytes) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} | ({IDEMPOTENCY_HEADER: key} if key else {})
    async with receiver.post(PATH, data=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def _shown(receiver: aiohttp.ClientSession, path: str) -> Any:
    async with receiver.get(path) as answer:
        return await answer.json()


def _kept(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def test_a_notification_is_kept_and_shown(receiver: aiohttp.ClientSession, file: Path) -> None:
    assert (await _send(receiver, "k1", json.dumps(BODY).encode()))[0] == 200
    shown = await _shown(receiver, "/")
    assert [(entry["key"], entry["body"]) for entry in shown] == [("k1", BODY)]
    assert _kept(file) == shown


async def test_the_second_delivery_of_a_key_is_answered_200_and_changes_nothing(
    receiver: aiohttp.ClientSession,
) -> None:
    await _send(receiver, "k1", b'{"n": 1}')
    assert await _send(receiver, "k1", b'{"n": 2}') == (200, {"accepted": False, "duplicate": True})
    await _send(receiver, "k2", b'{"n": 3}')
    assert [entry["body"] for entry in await _shown(receiver, "/")] == [{"n": 1}, {"n": 3}]


async def test_every_delivery_is_listed_in_order_the_repeated_ones_marked(receiver: aiohttp.ClientSession) -> None:
    began = datetime.now(UTC)
    for key, task_id in (("k1", "1"), ("k2", "2"), ("k1", "1")):
        await _send(receiver, key, json.dumps(BODY | {"task_id": task_id}).encode())

    deliveries = (await _shown(receiver, PATH))["deliveries"]

    assert [(d["key"], d["task_id"], d["duplicate"]) for d in deliveries] == [
        ("k1", "1", False),
        ("k2", "2", False),
        ("k1", "1", True),
    ]
    moments = [began, *(datetime.fromisoformat(delivery["at"]) for delivery in deliveries), datetime.now(UTC)]
    assert moments == sorted(moments)


async def test_it_refuses_as_many_as_it_was_told_to_and_then_accepts(receiver: aiohttp.ClientSession) -> None:
    async with receiver.put("/switches", json={"fail": 2}) as answer:
        assert await answer.json() == {"fail": 2, "delay_s": 0}

    assert [(await _send(receiver, "k1", b"{}"))[0] for _ in range(3)] == [500, 500, 200]
    assert len((await _shown(receiver, PATH))["deliveries"]) == 1


async def test_it_takes_as_long_as_it_was_told_to(receiver: aiohttp.ClientSession) -> None:
    async with receiver.put("/switches", json={"delay_s": 0.3}) as answer:
        assert answer.status == 200
    began = time.monotonic()
    assert (await _send(receiver, "k1", b"{}"))[0] == 200
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("switches", [b'{"fail": -1}', b'{"hang": 1}', b"no JSON"])
async def test_a_switch_that_it_does_not_have_is_refused(receiver: aiohttp.ClientSession, switches: bytes) -> None:
    async with receiver.put("/switches", data=switches) as answer:
        assert answer.status == 400
    assert (await _send(receiver, "k1", b"{}"))[0] == 200


async def test_it_says_that_it_is_alive(receiver: aiohttp.ClientSession) -> None:
    assert await _shown(receiver, "/livez") == {"status": "alive"}


@pytest.mark.parametrize(("key", "body"), [(None, b"{}"), ("k1", b"no JSON")])
async def test_a_delivery_without_a_key_or_without_json_is_refused(
    receiver: aiohttp.ClientSession, file: Path, key: str | None, body: bytes
) -> None:
    status, _ = await _send(receiver, key, body)
    assert status == 400
    assert _kept(file) == []


def test_keys_and_deliveries_are_known_after_a_restart(file: Path) -> None:
    assert Inbox(file).accept("k1", BODY)
    assert not Inbox(file).accept("k1", BODY)
    inbox = Inbox(file)
    assert [entry["body"] for entry in inbox.entries()] == [BODY]
    assert ["duplicate" in delivery for delivery in inbox.deliveries()] == [False, True]


def test_a_line_that_a_crash_tore_does_not_count_and_spoils_no_other(file: Path) -> None:
    Inbox(file).accept("k1", BODY)
    file.write_text(file.read_text() + '{"key": "k2", "bo')
    inbox = Inbox(file)
    assert inbox.accept("k2", BODY)
    assert [entry["key"] for entry in Inbox(file).entries()] == ["k1", "k2"]
