"""Two sides under the same load, round by round."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.display import Display
from benchmarks.figures import turns
from benchmarks.measuring import measure, warm_up
from benchmarks.plan import Plan
from benchmarks.results import Comparison, Measured
from benchmarks.rigs import ApiRig, BareRig, Rig, dapr, embedded, embedded_as_it_comes
from tests.harness.stack import Stack


async def api_against_bare_sdk(folder: Path, plan: Plan, display: Display) -> tuple[Comparison, Comparison]:
    """Our API, sidecars and worker against the bare SDK's client and worker, on the very same daprd.

    Two workers of one app-id would share the work, so one is stopped before the other is started.

    Returns:
        The comparison with start and wait in one request, and with a request for each.
    """
    stack = Stack(folder, engine="dapr", worker_module="benchmarks.durably_worker")
    ours, bare = ApiRig(stack), BareRig(stack.engine, folder)
    one: list[Measured] = []
    two: list[Measured] = []
    theirs: list[Measured] = []
    display.begin("api", plan.rounds * 3)
    try:
        for number, order in enumerate(turns(plan.rounds)):
            for side in order:
                if side == 0:
                    ways = ((False, one), (True, two))
                    await _our_round(ours, ways if number % 2 == 0 else ways[::-1], plan, display)
                else:
                    async with bare as rig:
                        await warm_up(rig)
                        theirs.append(await measure(rig, plan.loads, display))
                    display.done(_line("bare SDK", theirs[-1]))
    finally:
        await stack.stop()
    right = {"right": "bare SDK", "right_rounds": theirs}
    return (
        Comparison(left="our API, one request", left_rounds=one, **right),
        Comparison(left="our API, two requests", left_rounds=two, **right),
    )


async def _our_round(ours: ApiRig, ways: Sequence[tuple[bool, list[Measured]]], plan: Plan, display: Display) -> None:
    async with ours as rig:
        for rig.two_requests, rounds in ways:
            await warm_up(rig)
            rounds.append(await measure(rig, plan.loads, display))
            display.done(_line(f"our API, {'two requests' if rig.two_requests else 'one request'}", rounds[-1]))


async def embedded_against_dapr(folder: Path, plan: Plan, display: Display) -> tuple[Comparison, Comparison]:
    """The embedded engine against Dapr on Redis under a worker of the bare SDK; all with the SDK's client.

    Returns:
        The comparison with our own worker on the embedded engine, and with that of the bare SDK.
    """
    names = ("embedded engine, our worker", "embedded engine, SDK's worker", "Dapr on Redis, SDK's worker")
    rounds: tuple[list[Measured], ...] = ([], [], [])
    display.begin("engines", plan.rounds * len(names))
    async with AsyncExitStack() as stack:
        sides: list[Rig] = []
        for rig in (embedded_as_it_comes(folder / "ours"), embedded(folder / "embedded"), dapr(folder / "dapr")):
            sides.append(await stack.enter_async_context(rig))
            await warm_up(rig)
        for order in turns(plan.rounds, sides=len(sides)):
            for side in order:
                rounds[side].append(await measure(sides[side], plan.loads, display))
                display.done(_line(names[side], rounds[side][-1]))
    right = {"right": names[2], "right_rounds": rounds[2]}
    return (
        Comparison(left=names[0], left_rounds=rounds[0], **right),
        Comparison(left=names[1], left_rounds=rounds[1], **right),
    )


def _line(side: str, round_: Measured) -> str:
    alone = f", {round_.p50_ms:.1f} ms alone" if round_.p50_ms is not None else ""
    return f"{side}: {round_.per_s:.0f}/s{alone}"
