"""Shutdown with a host written by hand: a real one cannot be told never to come back."""

import asyncio
import signal

import pytest
import structlog
from prometheus_client import CollectorRegistry

from durably.telemetry.metrics import WorkflowMetrics
from durably.telemetry.observer import TelemetryObserver
from worker.control.gate import Gate
from worker.shutdown import Shutdown


class FakeHost:
    """A host that finishes what is in flight, or not, or never returns."""

    def __init__(self, *, finishes: bool = True, returns: bool = True) -> None:
        self.in_flight = 2
        self.grace_s: float | None = None
        self._finishes = finishes
        self._returns = returns

    async def stop(self, *, grace_s: float) -> bool:
        """See `WorkflowHost.stop`."""
        self.grace_s = grace_s
        if not self._returns:
            await asyncio.Event().wait()
        if self._finishes:
            self.in_flight = 0
        return self._finishes


@pytest.fixture
async def gate() -> Gate:
    return Gate(connected=lambda: True)


@pytest.fixture
def observer() -> TelemetryObserver:
    return TelemetryObserver(WorkflowMetrics(CollectorRegistry()))


async def test_a_signal_closes_the_gate_to_starts_at_once(gate: Gate, observer: TelemetryObserver) -> None:
    shutdown = Shutdown(gate=gate, observer=observer)

    shutdown.request(signal.SIGTERM)

    assert gate.draining
    assert observer.stopping
    await asyncio.wait_for(shutdown.wait(), 1)


async def test_a_second_signal_exits_at_once(gate: Gate, observer: TelemetryObserver) -> None:
    exits: list[int] = []
    shutdown = Shutdown(gate=gate, observer=observer, exit_now=exits.append)

    shutdown.request(signal.SIGTERM)
    assert exits == []
    shutdown.request(signal.SIGINT)

    assert exits == [1]


@pytest.mark.parametrize(("finishes", "level", "left"), [(True, "info", 0), (False, "warning", 2)])
async def test_it_is_told_what_was_in_flight_and_whether_it_finished(
    gate: Gate, observer: TelemetryObserver, *, finishes: bool, level: str, left: int
) -> None:
    host = FakeHost(finishes=finishes)

    with structlog.testing.capture_logs() as logged:
        await Shutdown(gate=gate, observer=observer).drain(host, grace_s=7)

    assert host.grace_s == 7
    expected = {"event": "worker_drained", "log_level": level, "in_flight": 2, "finished": finishes, "left": left}
    assert logged == [expected]


async def test_waits_of_callers_end_after_the_drain(gate: Gate, observer: TelemetryObserver) -> None:
    waiting = asyncio.create_task(gate.unless_closing(asyncio.Event().wait()))

    await Shutdown(gate=gate, observer=observer).drain(FakeHost(), grace_s=0)

    assert await asyncio.wait_for(waiting, 1) is None


async def test_a_host_that_never_comes_back_cannot_hold_the_process(gate: Gate, observer: TelemetryObserver) -> None:
    """The SDK waits half a minute for a frozen sidecar to take a result, in threads that nothing can cancel."""
    exits: list[int] = []
    shutdown = Shutdown(gate=gate, observer=observer, exit_now=exits.append, closing_s=0.05)

    await asyncio.wait_for(shutdown.drain(FakeHost(returns=False), grace_s=0), 1)
    shutdown.leave()

    assert exits == [0]


async def test_a_host_that_comes_back_leaves_the_exit_to_the_interpreter(
    gate: Gate, observer: TelemetryObserver
) -> None:
    exits: list[int] = []
    shutdown = Shutdown(gate=gate, observer=observer, exit_now=exits.append)

    await shutdown.drain(FakeHost(), grace_s=0)
    shutdown.leave()

    assert exits == []
