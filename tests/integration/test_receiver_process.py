"""`durably receiver` as whoever installs it meets it: a process, HTTP and signals."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from durably.contracts.names import IDEMPOTENCY_HEADER
from tests.harness.ports import free_port
from tests.harness.processes import Process, answers

COMMAND = (sys.executable, "-m", "durably.cli", "receiver")


class Receiver:
    """One `durably receiver`, always on the same port and the same folder."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.options = ("--host", "127.0.0.1", "--port", str(port), "--data", str(folder / "data"))
        ready = answers(f"{self.url}/livez")
        self.process = Process("receiver", [*COMMAND, *self.options], log=folder / "receiver.log", ready=ready)

    async def send(self, key: str, task_id: str) -> int:
        """Deliver a notification as the Dapr binding does."""
        async with (
            aiohttp.ClientSession(self.url, headers={IDEMPOTENCY_HEADER: key}) as session,
            session.post("/notifications", json={"task_id": task_id}) as answer,
        ):
            return answer.status

    async def deliveries(self) -> list[dict[str, Any]]:
        """What it lists."""
        async with aiohttp.ClientSession(self.url) as session, session.get("/notifications") as answer:
            listed: list[dict[str, Any]] = (await answer.json())["deliveries"]
            return listed

    async def switch(self, **switches: float) -> None:
        """Make it do something wrong."""
        async with aiohttp.ClientSession(self.url) as session:
            await session.put("/switches", json=switches, raise_for_status=True)

    def told(self, event: str) -> list[dict[str, Any]]:
        """Its log lines about an event."""
        lines = [json.loads(line) for line in self.process.output().splitlines()]
        return [line for line in lines if line["event"] == event]


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[Receiver]:
    receiver = Receiver(tmp_path)
    await receiver.process.start()
    yield receiver
    receiver.process.kill()


async def test_it_lists_what_it_was_sent_and_logs_one_line_each(receiver: Receiver) -> None:
    assert [await receiver.send(*sent) for sent in (("k1", "1"), ("k2", "2"), ("k1", "1"))] == [200] * 3

    assert [(d["key"], d["task_id"]) for d in await receiver.deliveries()] == [("k1", "1"), ("k2", "2"), ("k1", "1")]
    lines = [(line["key"], line["task_id"], line["duplicate"]) for line in receiver.told("notification_received")]
    assert lines == [("k1", "1", False), ("k2", "2", False), ("k1", "1", True)]


async def test_a_refused_notification_is_not_listed_and_logged_as_refused(receiver: Receiver) -> None:
    await receiver.switch(fail=1)

    assert [await receiver.send("k1", "1"), await receiver.send("k1", "1")] == [500, 200]
    assert len(await receiver.deliveries()) == len(receiver.told("notification_refused")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_at_once_with_exit_code_0_though_a_sender_waits(
    receiver: Receiver, number: signal.Signals
) -> None:
    await receiver.switch(delay_s=60)
    sending = asyncio.create_task(receiver.send("k1", "1"))
    await asyncio.wait({sending}, timeout=0.3)
    assert not sending.done()
    began = time.monotonic()
    os.kill(receiver.process.pid, number)

    assert await receiver.process.wait_exit(5) == 0
    assert time.monotonic() - began < 2
    assert receiver.told("receiver_stopped")
    with pytest.raises(aiohttp.ClientError):
        await sending


async def test_it_knows_after_a_kill_what_it_was_sent_before(receiver: Receiver) -> None:
    await receiver.send("k1", "1")
    before = await receiver.deliveries()
    receiver.process.kill()
    await receiver.process.start()

    assert await receiver.deliveries() == before
    await receiver.send("k1", "1")
    assert [d["duplicate"] for d in await receiver.deliveries()] == [False, True]


async def test_a_port_that_is_taken_and_a_folder_that_is_in_use_are_one_line_that_says_what_to_change(
    receiver: Receiver, tmp_path: Path
) -> None:
    same_folder = Process("second", [*COMMAND, *receiver.options], log=tmp_path / "second.log")
    elsewhere = [*COMMAND, *receiver.options[:-1], str(tmp_path / "elsewhere")]
    same_port = Process("third", elsewhere, log=tmp_path / "third.log")
    for process in (same_folder, same_port):
        process.spawn()
    assert [await process.wait_exit() for process in (same_folder, same_port)] == [2, 2]

    (in_use,), (taken,) = same_folder.output().splitlines(), same_port.output().splitlines()
    assert "is in use by another durably" in in_use
    assert "DURABLY_RECEIVER_DATA" in in_use
    assert "cannot listen on" in taken
    assert "DURABLY_RECEIVER_PORT" in taken


def test_its_help_names_every_request_that_it_answers() -> None:
    shown = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    words = " ".join(shown.replace("│", " ").split())
    for request in ("POST /notifications", "GET /notifications", "PUT /switches", "GET /livez", "Idempotency-Key"):
        assert request in words
