"""`docs/performance.md` and its images, from one run's results."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks import tables
from benchmarks.figures import Spread
from benchmarks.plots import draw_activities, draw_store
from benchmarks.results import Comparison, EngineName, Results, StorePoint
from benchmarks.targets import verdicts

_NAMES: dict[EngineName, str] = {"embedded": "The embedded engine", "dapr": "Dapr on Redis"}


def write_document(results: Results, folder: Path) -> None:
    """Write the document and its images.

    Raises:
        ValueError: The run did not measure everything.
    """
    if not (
        results.api
        and results.api_two_requests
        and results.engines
        and results.activities
        and results.store
        and results.footprint
    ):
        raise ValueError("docs/performance.md is written from a run that measured everything; leave --only out")
    draw_activities(results.activities, folder / "images" / "activities.svg")
    draw_store(results.store, folder / "images" / "store.svg")
    parts = [
        _head(results),
        _api(results.api, results.api_two_requests),
        _engines(results.engines),
        _activities(results),
    ]
    parts += [_store(results), _footprint(results), _method(results)]
    (folder / "performance.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _head(results: Results) -> str:
    machine, kept = results.machine, [verdict.met for verdict in verdicts(results)]
    return f"""# Performance

Everything on this page was measured by one run, written down by the run itself:

```sh
{results.command}
```

{results.begun:%d %B %Y}, {results.took_s / 60:.0f} minutes. {machine.cores} cores ({machine.processor}), \
{machine.memory_gib:g} GiB, {machine.system}, Python {machine.python}, Dapr SDK {machine.dapr_sdk}, \
daprd {machine.daprd}, Redis {machine.redis} with `appendfsync always`, SQLite {machine.sqlite}. \
Load generator, worker, engine and everything else share these cores. {_quiet(results)}

{sum(kept)} of {len(kept)} promises are kept in this run:

{tables.promises(verdicts(results))}

`make bench` repeats it on yours; `make bench ARGS=--quick` takes two minutes and is as rough as that."""


def _quiet(results: Results) -> str:
    sides = [side for c in (results.api, results.engines) if c for side in (c.left_rounds, c.right_rounds)]
    others = Spread.of([measured.others_percent for side in sides for measured in side])
    return (
        f"What did not belong to the side being measured took {others.median:.0f} % of the machine in the median round "
        f"and {others.high:.0f} % in the worst."
    )


def _api(one: Comparison, two: Comparison) -> str:
    sides = {one.left: one.left_rounds, two.left: two.left_rounds, one.right: one.right_rounds}
    return f"""## What our API costs

The way goes through the API, its sidecar, the worker's sidecar and the worker's control API, with logs, metrics and
observers of API and worker on. *One request*: `POST /workflows/{{name}}?wait=30s` starts an instance and is answered
when it has ended. *Two requests*: `POST /workflows/{{name}}`, then `GET /instances/{{id}}?wait=30s`. The API makes the
ids. On the other side are `schedule_new_workflow` and `wait_for_workflow_completion` of the SDK's asynchronous client,
and a worker of the SDK alone with plainly registered functions. All on the very same daprd, placement, scheduler and
Redis; the workers take turns. The workflow is three trivial `async def` activities, one after the other. Throughput
and the first p50 and p99 are with 32 in flight, "alone" is one workflow after the other.

{tables.sides(sides)}

Where the processor time of one workflow goes, 32 in flight:

{tables.processor_time(sides)}"""


def _engines(comparison: Comparison) -> str:
    sides = {comparison.left: comparison.left_rounds, comparison.right: comparison.right_rounds}
    return f"""## The embedded engine

The same SDK worker and SDK client on both engines, the same workflow as above.

{tables.sides(sides)}

{tables.processor_time(sides)}"""


def _activities(results: Results) -> str:
    return f"""## Activities in one workflow

![Time for each activity against the number of activities in one workflow](images/activities.svg)

{tables.activities(results.activities)}

Medians; the shading is the range of the repetitions. A workflow's code runs again from its first line at each turn, so
in a long sequence the share of replay grows with what came before, on any engine. Workflows of thousands of steps are
for `continue_as_new`, or for child workflows."""


def _store(results: Results) -> str:
    sections = [_store_of(engine, [p for p in results.store if p.engine == engine]) for engine in results.footprint]
    return "\n\n".join(
        [
            """## Finished instances in the store

![Throughput in units of an empty engine's against the finished instances in the store](images/store.svg)

At each point the engine with the instances and one that was just started empty are measured in turn, 32 in flight, so
that the ratio does not depend on how the machine feels.""",
            *sections,
        ]
    )


def _store_of(engine: EngineName, points: Sequence[StorePoint]) -> str:
    grown = points[-1]
    return f"""### {_NAMES[engine]}

{tables.store(points)}

{_growth(points)}

{tables.sizes(points)}

Processor time beside an empty engine, at {grown.finished:,}:

{tables.store_cost(points)}"""


def _growth(points: Sequence[StorePoint]) -> str:
    """What grows, by how much for each instance, the fastest first."""
    first, last = points[0], points[-1]
    instances = max(1, last.finished - first.finished)
    growth = {name: last.sizes_mib[name] - first.sizes_mib.get(name, 0) for name in last.sizes_mib}
    most = sorted(growth, key=lambda name: growth[name], reverse=True)[:3]
    named = ", ".join(f"{name} {growth[name] * 1024 / instances:.1f} KiB" for name in most if growth[name] > 0)
    lost = (1 - last.kept.median) * 100
    loss = f"{lost:.0f} % of the throughput is lost" if lost > 0 else "No throughput is lost"
    return f"{loss} at {last.finished:,}. What grows most, for each finished instance: {named}."


def _footprint(results: Results) -> str:
    systems = "\n\n".join(f"### {_NAMES[e]}\n\n{tables.footprint(costs)}" for e, costs in results.footprint.items())
    return f"""## Memory and idle processor time

The whole system after some hundred workflows, then left alone. Both systems are watched at the same time.

{systems}"""


def _method(results: Results) -> str:
    told = "\n".join(f"- {incident}" for incident in results.incidents) or "- none"
    return f"""## How it is measured

- Compared sides take turns (A B, B A, A B, …) after a warm-up; a number is the median over the rounds, and a ratio or a
  difference is taken round by round before its median is.
- The client is one process with one event loop, the same for all sides, and is counted under `client`.
- The bare SDK worker logs warnings only: at its default level it writes several lines a turn and is slower.
- A round in which a workflow does not end within 30 s is measured again and named here:
{told}"""
