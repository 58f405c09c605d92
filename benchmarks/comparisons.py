"""Two sides under the same load, round by round."""

from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.display import Display
from benchmarks.figures import turns
from benchmarks.measuring import measure, warm_up
from benchmarks.plan import Plan
from benchmarks.results import Comparison, Measured
from benchmarks.rigs import ApiRig, BareRig, Rig, dapr, embedded
from tests.harness.stack import Stack


async def api_against_bare_sdk(folder: Path, plan: Plan, display: Display) -> Comparison:
    """Our API, sidecars and worker against the bare SDK's client and worker, on the very same daprd.

    Two workers of one app-id would share the work, so one is stopped before the other is started.
    """
    stack = Stack(folder, engine="dapr", worker_module="benchmarks.durably_worker")
    sides = (ApiRig(stack), BareRig(stack.engine, folder))
    rounds: tuple[list[Measured], list[Measured]] = ([], [])
    display.begin("api", plan.rounds * 2)
    try:
        for order in turns(plan.rounds):
            for side in order:
                async with sides[side] as rig:
                    await warm_up(rig)
                    rounds[side].append(await measure(rig, plan.loads, display))
                display.done(_line(("our API", "bare SDK")[side], rounds[side][-1]))
    finally:
        await stack.stop()
    return Comparison(left="our API", right="bare SDK", left_rounds=rounds[0], right_rounds=rounds[1])


async def embedded_against_dapr(folder: Path, plan: Plan, display: Display) -> Comparison:
    """The embedded engine against Dapr on Redis, each with a worker and a client of the bare SDK."""
    rounds: tuple[list[Measured], list[Measured]] = ([], [])
    display.begin("engines", plan.rounds * 2)
    async with AsyncExitStack() as stack:
        sides: list[Rig] = []
        for rig in (embedded(folder / "embedded"), dapr(folder / "dapr")):
            sides.append(await stack.enter_async_context(rig))
            await warm_up(rig)
        for order in turns(plan.rounds):
            for side in order:
                rounds[side].append(await measure(sides[side], plan.loads, display))
                display.done(_line(("embedded", "dapr")[side], rounds[side][-1]))
    return Comparison(left="embedded engine", right="Dapr on Redis", left_rounds=rounds[0], right_rounds=rounds[1])


def _line(side: str, round_: Measured) -> str:
    alone = f", {round_.p50_ms:.1f} ms alone" if round_.p50_ms is not None else ""
    return f"{side}: {round_.per_s:.0f}/s{alone}"
