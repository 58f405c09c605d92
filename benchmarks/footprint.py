"""What the processes cost while nobody asks for anything."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.cost import idle_cost
from benchmarks.display import Display
from benchmarks.measuring import warm_up
from benchmarks.plan import Plan
from benchmarks.results import EngineName, ProcessCost
from benchmarks.rigs import ApiRig
from tests.harness.stack import Stack

_SETTLE_S = 3


async def footprint(
    folder: Path, plan: Plan, display: Display, engines: Sequence[EngineName]
) -> dict[EngineName, list[ProcessCost]]:
    """Memory and idle processor time of every process of the whole system, after it has worked a little."""
    display.begin("footprint", 1)
    async with AsyncExitStack() as cleanup:
        rigs: dict[EngineName, ApiRig] = {}
        for name in engines:
            stack = Stack(folder / name, engine=name, worker_module="benchmarks.durably_worker")
            cleanup.push_async_callback(stack.stop)
            rigs[name] = await cleanup.enter_async_context(ApiRig(stack))
            for _ in range(3):
                await warm_up(rigs[name])
        await asyncio.sleep(_SETTLE_S)
        watched = [idle_cost(rig.processes, plan.idle_s) for rig in rigs.values()]
        found = dict(zip(rigs, await asyncio.gather(*watched), strict=True))
    display.done("; ".join(f"{name}: {sum(p.rss_mib for p in costs):.0f} MiB" for name, costs in found.items()))
    return found
