"""`durably demo`: what it claims, compared with what the processes left behind."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from tests.harness.processes import Process, says

_COMMAND = [sys.executable, "-m", "durably.cli"]
_PIPELINE = ["validate_task", "assign_task", "send_notification"]


async def _demo(folder: Path, *options: str) -> Process:
    process = Process("demo", [*_COMMAND, "demo", "--delay", "1", *options], log=folder / "demo.log")
    process.spawn()
    assert await process.wait_exit(60) == 0, process.tail()
    return process


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines() if line.startswith("{")]


async def _recorded(data: Path, instance_id: str) -> Counter[str]:
    """How often the engine's file has each activity of an instance as completed; read through another stack."""
    ports = [f"--{name}=0" for name in ("port", "worker-port", "probe-port", "receiver-port", "engine-port")]
    command = [*_COMMAND, "dev", "--json", "--data", str(data), *ports]
    dev = Process("dev", command, log=data / "dev.log", ready=says('"ready_s"'), start_timeout_s=60)
    await dev.start()
    try:
        (about,) = (json.loads(line) for line in dev.output().splitlines() if line.startswith('{"api"'))
        url = f"{about['api']}/instances/{instance_id}/history"
        async with aiohttp.ClientSession(raise_for_status=True) as session, session.get(url) as answer:
            events = (await answer.json())["events"]
    finally:
        await dev.stop(20)
    names = {event["event_id"]: event["name"] for event in events if event["type"] == "taskScheduled"}
    return Counter(names[event["scheduled_id"]] for event in events if event["type"] == "taskCompleted")


async def test_its_json_is_what_the_logs_the_receiver_and_the_history_say(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = await _demo(tmp_path, "--json", "--data", str(data))
    said: dict[str, Any] = json.loads(process.output())
    instance_id, first, second = said["instance"]["instance_id"], said["killed_pid"], said["second_pid"]
    assert said["ok"] is True
    assert first != second

    logged = [line for line in _lines(data / "logs" / "worker.log") if line.get("instance_id") == instance_id]
    begun = [(line["activity"], line["pid"]) for line in logged if line["event"] == "activity_started"]
    ended = [(line["activity"], line["pid"]) for line in logged if line["event"] == "activity_ended"]
    assert [(run["activity"], run["pid"]) for activity in said["activities"] for run in activity["runs"]] == begun
    assert begun == [
        ("validate_task", first),
        ("assign_task", first),
        ("assign_task", second),
        ("send_notification", second),
    ]
    assert ended == [begun[0], *begun[2:]]

    received = _lines(data / "notifications.jsonl")
    assert [entry["key"] for entry in received] == [entry["key"] for entry in said["notifications"]]
    assert len(received) == 1
    assert await _recorded(data, instance_id) == Counter(_PIPELINE)


async def test_in_a_pipe_it_tells_the_story_in_plain_lines_and_leaves_nothing_behind(tmp_path: Path) -> None:
    before = {process.pid for process in psutil.process_iter()}
    said = (await _demo(tmp_path)).output()
    assert "\x1b" not in said
    lines = said.splitlines()
    killed = next(n for n, line in enumerate(lines) if line.startswith("kill -9 "))
    pid = lines[killed].split()[2].rstrip(":")
    assert f"  assign_task: running, runs: 1, on PID {pid}" in lines[:killed]
    assert any(
        line.startswith(f"  assign_task: running, runs: 2, on PID {pid} (killed), PID ") for line in lines[killed:]
    )
    assert [line for line in lines if line.startswith("  ok ")] == lines[-7:]
    assert f"  ok    validate_task ran once: PID {pid}" in lines
    assert "  ok    notifications received: 1" in lines
    ours = [process for process in psutil.process_iter(["cmdline"]) if process.pid not in before]
    assert not [process for process in ours if "durably-demo-" in " ".join(process.info["cmdline"] or [])]


async def test_a_broken_stack_is_one_line_and_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLY_DEMO_DATA", str(tmp_path / "file" / "data"))
    (tmp_path / "file").touch()
    process = Process("demo", [*_COMMAND, "demo"], log=tmp_path / "demo.log")
    process.spawn()
    assert await process.wait_exit(60) == 2
    assert len(process.output().splitlines()) == 1, process.output()
