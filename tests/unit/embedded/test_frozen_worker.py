import sys
from pathlib import Path

from durably.embedded.server import EmbeddedServer
from durably.engine.client import EngineClient
from tests.harness.behaviours.worker import READY_LINE
from tests.harness.processes import Process, says
from tests.harness.waiting import true, until


async def test_what_a_frozen_worker_holds_is_handed_on_though_its_connection_is_open(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path / "engine.db") as server:
        command = [sys.executable, "-m", "tests.harness.behaviours.worker", str(server.port)]
        frozen, healthy = (Process(n, command, log=tmp_path / n, ready=says(READY_LINE)) for n in ("frozen", "healthy"))
        await frozen.start()
        frozen.pause()
        client = EngineClient(host="127.0.0.1", port=server.port)
        await client.start("sequence", instance_id="held", payload=[])
        await until(
            true(lambda: any(w.held for w in server.engine.dispatcher._workers)), what="the worker holds a turn"
        )
        await healthy.start()
        view = await client.wait("held", timeout_s=20)
        assert view.status == "completed"
        frozen.kill()
        healthy.kill()
        await client.aclose()
