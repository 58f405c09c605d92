"""The sections of the document: a few words around the tables."""

from collections.abc import Sequence

from benchmarks import tables
from benchmarks.results import Comparison, EngineName, Results, StorePoint

_NAMES: dict[EngineName, str] = {"embedded": "The embedded engine", "dapr": "Dapr on Redis"}


def api_section(one: Comparison, two: Comparison) -> str:
    """What the way through our API costs."""
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


def engines_section(ours: Comparison, sdk: Comparison) -> str:
    """The embedded engine beside Dapr."""
    sides = {ours.left: ours.left_rounds, sdk.left: sdk.left_rounds, ours.right: ours.right_rounds}
    return f"""## The embedded engine

The same SDK client on all, the same workflow as above. *Our worker* is what every worker of Durably runs workflows
with, its logs and metrics on; *SDK's worker* is the SDK alone, as above. The embedded engine leaves more of the two
cores to the worker than Dapr does, so that a single worker process, of which Python lets one core work at a time, soon
is the limit: with the SDK's worker the ratio says as much of that worker as of the engines.

{tables.sides(sides)}

{tables.processor_time(sides)}"""


def activities_section(results: Results) -> str:
    """The first curve."""
    return f"""## Activities in one workflow

![Time for each activity against the number of activities in one workflow](images/activities.svg)

{tables.activities(results.activities)}

Medians; the shading is the range of the repetitions. A workflow's code runs again from its first line at each turn, so
in a long sequence the share of replay grows with what came before, on any engine. Workflows of thousands of steps are
for `continue_as_new`, or for child workflows."""


def store_section(results: Results) -> str:
    """The second curve, and what grows."""
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


def footprint_section(results: Results) -> str:
    """Memory and idle processor time."""
    systems = "\n\n".join(f"### {_NAMES[e]}\n\n{tables.footprint(costs)}" for e, costs in results.footprint.items())
    return f"""## Memory and idle processor time

The whole system after some hundred workflows, then left alone. Both systems are watched at the same time.

{systems}"""
