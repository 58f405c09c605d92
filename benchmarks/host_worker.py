"""`python -m benchmarks.host_worker PORT`: what our worker runs workflows with, its logs and metrics on."""

import argparse
import asyncio
import signal
import sys

from pydantic import BaseModel

from benchmarks import workload
from durably.contracts.names import VALIDATE_TASK
from durably.engine.host import WorkflowHost
from durably.engine.loops import run
from durably.engine.registry import ActivityDefinition, Registry, WorkflowDefinition
from durably.telemetry.logging import configure
from durably.telemetry.metrics import WorkflowMetrics, new_registry
from durably.telemetry.observer import TelemetryObserver
from tests.harness.waiting import true, until


class _Size(BaseModel):
    """How many steps."""

    n: int = 0


class _Given(BaseModel, extra="allow"):
    """The input of a step, as it is."""


async def _step(_: object, given: _Given) -> dict[str, object]:
    return await workload.step(None, given.model_dump())


def _registry() -> Registry:
    workflows = (workload.three_steps, workload.sequence, workload.fan_out)
    return Registry(
        workflows=tuple(WorkflowDefinition(each.__name__, "v1", each, _Size, _Size) for each in workflows),
        activities=(ActivityDefinition(VALIDATE_TASK, _step, _Given),),
    )


async def _work(port: int) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    observer = TelemetryObserver(WorkflowMetrics(new_registry()))
    host = WorkflowHost(registry=_registry(), host="127.0.0.1", port=port, observer=observer)
    host.start()
    await until(true(lambda: host.stream.connected), what="the stream is open")
    sys.stdout.write("connected\n")
    sys.stdout.flush()
    await stopped.wait()
    await host.stop(grace_s=1)


def main() -> None:
    """Work until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    configure(format="json", service="worker")
    run(_work(parser.parse_args().port))


if __name__ == "__main__":
    main()
