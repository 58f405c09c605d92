"""`durably dev`: the whole stack on this machine, for as long as it is wanted."""

import asyncio
import signal
import sys
import time

from durably.cli.checks import check_loopback, owned_folder
from durably.cli.ports import API, CONTROL, ENGINE, PROBES, RECEIVER, Ports, claimed
from durably.cli.screen import Screen, announce, announce_json
from durably.cli.settings import (
    DEFAULT_DATA,
    ApiPort,
    ControlPort,
    Data,
    EnginePort,
    Host,
    Json,
    ProbePort,
    ReceiverPort,
)
from durably.cli.stack import Stack
from durably.cli.wiring import StackConfig

_STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def dev(
    *,
    host: Host = "127.0.0.1",
    port: ApiPort = API.default,
    worker_port: ControlPort = CONTROL.default,
    probe_port: ProbePort = PROBES.default,
    receiver_port: ReceiverPort = RECEIVER.default,
    engine_port: EnginePort = ENGINE.default,
    data: Data = DEFAULT_DATA,
    json: Json = False,
) -> None:
    """Run the whole stack on this machine: engine, worker, API and a webhook receiver.

    A worker, an API or an engine that dies is started again. Ctrl-C stops everything and keeps the state: the next
    start in the same folder resumes what was running.
    """
    check_loopback(host)
    with owned_folder(data):
        ports = claimed(Ports(port, worker_port, probe_port, receiver_port, engine_port), host=host)
        log_format = "console" if sys.stderr.isatty() else "json"
        asyncio.run(_serve(StackConfig(host, ports, data, log_format), as_json=json))


async def _serve(config: StackConfig, *, as_json: bool) -> None:
    """Start, announce, wait for a signal, stop; a second signal stops at once what takes its time."""
    began = time.monotonic()
    screen = Screen()
    async with Stack(config, screen) as stack:
        asked = _signals(stack, screen)
        starting = asyncio.create_task(stack.start())
        await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            ready_s = time.monotonic() - began
            (announce_json if as_json else announce)(config, stack.pids(), ready_s)
        else:
            starting.cancel()
            await asyncio.wait({starting})
        await asked
    screen.say(f"stopped; the state is in {config.data}")


def _signals(stack: Stack, screen: Screen) -> asyncio.Future[None]:
    """Done when the first signal to stop has come."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if asked.done():
            stack.supervisor.hurry()
            return
        screen.say("stopping; once more to stop at once")
        asked.set_result(None)

    for number in _STOPPING_SIGNALS:
        loop.add_signal_handler(number, stop)
    return asked
