"""`docs/listing.md`, from one run's results."""

from typing import Final

from benchmarks.listing_results import Listing
from benchmarks.tables import table

_NAMES: Final = {"embedded": "The embedded engine", "dapr": "Dapr, state in Redis"}


def page(results: Listing) -> str:
    """The whole document."""
    machine, worst = results.machine, max(results.ratios().values())
    engines = dict.fromkeys(each.engine for each in results.asked)
    sections = "\n\n".join(_section(results, engine) for engine in engines)
    return f"""# Lists, counts and approvals

Everything on this page was measured by one run, written down by the run itself:

```sh
python -m benchmarks.listing --rounds {results.rounds} --write-docs
```

{results.begun:%d %B %Y}. {machine.cores} cores ({machine.processor}), {machine.memory_gib:g} GiB, {machine.system}, \
Python {machine.python}, daprd {machine.daprd}, Redis {machine.redis} with `appendfsync always`, \
SQLite {machine.sqlite}. Everything shares these cores.

Each question goes to a worker's control API. The indexes are filled by the index's own writer, with instances of the \
last thirty days in two workflows; every answer is as long at every size. All sizes are asked in turn, \
{results.rounds} times, so that what slows the machine down slows all of them down. An answer may take at most \
{results.most:g} times as long at the largest size as at the smallest; the worst takes {worst:.2f} times as long.

{sections}"""


def _section(results: Listing, engine: str) -> str:
    asked = [each for each in results.asked if each.engine == engine]
    sizes, ratios = sorted({each.size for each in asked}), results.ratios()
    rows = [
        (
            question,
            *(f"{results.median(engine, question, size):.2f}" for size in sizes),
            f"{ratios[engine, question]:.2f}",
        )
        for question in dict.fromkeys(each.question for each in asked)
    ]
    memory = {each.size: each.rss_mib for each in results.memory if each.engine == engine}
    rows.append(("resident memory of the worker, MiB", *(f"{memory[size]:.0f}" for size in sizes), ""))
    head = ("median ms, with instances in the index", *(f"{size:,}" for size in sizes), "largest : smallest")
    return f"## {_NAMES[engine]}\n\n{table(head, rows)}"
