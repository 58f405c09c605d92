"""`docs/performance.md` and its images, from one run's results."""

from pathlib import Path

from benchmarks import tables
from benchmarks.figures import Spread
from benchmarks.plots import draw_activities, draw_store
from benchmarks.results import Results
from benchmarks.sections import activities_section, api_section, engines_section, footprint_section, store_section
from benchmarks.targets import verdicts


def write_document(results: Results, folder: Path) -> None:
    """Write the document and its images.

    Raises:
        ValueError: The run did not measure everything.
    """
    if not (
        results.api
        and results.api_two_requests
        and results.engines
        and results.engines_sdk_worker
        and results.activities
        and results.store
        and results.footprint
    ):
        raise ValueError("docs/performance.md is written from a run that measured everything; leave --only out")
    draw_activities(results.activities, folder / "images" / "activities.svg")
    draw_store(results.store, folder / "images" / "store.svg")
    parts = [
        _head(results),
        api_section(results.api, results.api_two_requests),
        engines_section(results.engines, results.engines_sdk_worker),
        activities_section(results),
    ]
    parts += [store_section(results), footprint_section(results), _method(results)]
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


def _method(results: Results) -> str:
    told = "\n".join(f"- {incident}" for incident in results.incidents) or "- none"
    return f"""## How it is measured

- Compared sides take turns (A B, B A, A B, …) after a warm-up; a number is the median over the rounds, and a ratio or a
  difference is taken round by round before its median is.
- The client is one process with one event loop, the same for all sides, and is counted under `client`.
- The bare SDK worker logs warnings only: at its default level it writes several lines a turn and is slower.
- A round in which a workflow does not end within 30 s is measured again and named here:
{told}"""
