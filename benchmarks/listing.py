"""`python -m benchmarks.listing`: what lists cost with more and more instances, as `docs/listing.md`.

The indexes are written by the index's own writer, so that a hundred thousand instances take seconds. All sizes are
asked in turn, so that what slows the machine down slows all of them down.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp
import psutil
from pydantic import BaseModel

from benchmarks import listing_rig
from benchmarks.listing_page import page
from benchmarks.listing_results import Asked, Listing, Memory
from benchmarks.machine import this_machine
from tests.harness.dapr import missing_binaries

SIZES: Final = (100, 10_000, 100_000)

QUESTIONS: Final = {
    "the first page of 50": "/control/instances",
    "the first page of one workflow in one status": "/control/instances?workflow=orders&status=completed&limit=40",
    "the first page of ids with a prefix": f"/control/instances?prefix={listing_rig.PREFIX}&limit=40",
    "counts": "/control/instances/counts",
    "counts of ids with a prefix": f"/control/instances/counts?prefix={listing_rig.PREFIX}",
    "approvals, 20 of them": "/control/approvals",
}
"""Each answer is as long at every size: what is measured is the search."""


class _Options(BaseModel):
    rounds: int
    json_file: Path | None
    source: Path | None
    write_docs: bool


def _options() -> _Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listing", description="Measure lists on this machine.")
    parser.add_argument("--rounds", type=int, default=200, help="how often each question is asked")
    parser.add_argument("--json", type=Path, metavar="FILE", dest="json_file", help="write the results there")
    parser.add_argument("--from", type=Path, metavar="FILE", dest="source", help="measure nothing, take these results")
    parser.add_argument("--write-docs", action="store_true", help="write docs/listing.md")
    return _Options.model_validate(vars(parser.parse_args()))


async def _ask(filled: list[listing_rig.Filled], engine: str, rounds: int) -> list[Asked]:
    """Every question at every size, in turn; the first rounds warm up."""
    took: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    async with aiohttp.ClientSession() as http:
        for number in range(-rounds // 10, rounds):
            for question, path in QUESTIONS.items():
                for each in filled if number % 2 else reversed(filled):
                    begun = time.perf_counter()
                    async with http.get(f"{each.control_url}{path}") as answer:
                        await answer.read()
                        answer.raise_for_status()
                    if number >= 0:
                        took[question, each.size].append((time.perf_counter() - begun) * 1_000)
    return [Asked.of(engine, question, size, times) for (question, size), times in took.items()]


async def measure(rounds: int, folder: Path) -> tuple[list[Asked], list[Memory]]:
    """Ask on every engine that this machine has."""
    asked, memory = list[Asked](), list[Memory]()
    rigs = {"embedded": listing_rig.embedded} | ({} if missing_binaries() else {"dapr": listing_rig.dapr})
    for engine, rig in rigs.items():
        async with rig(folder / engine, SIZES) as filled:
            asked += await _ask(filled, engine, rounds)
            for each in filled:
                resident = psutil.Process(each.worker.pid).memory_info().rss / 2**20
                memory.append(Memory(engine=engine, size=each.size, rss_mib=resident))
    return asked, memory


def _measured(rounds: int) -> Listing:
    begun = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="durably-listing-") as folder:
        asked, memory = asyncio.run(measure(rounds, Path(folder)))
    return Listing(begun=begun, rounds=rounds, machine=this_machine(), asked=asked, memory=memory)


def main() -> int:
    """Measure, or read what was measured, and tell."""
    options = _options()
    results = Listing.model_validate_json(options.source.read_bytes()) if options.source else _measured(options.rounds)
    if options.json_file:
        options.json_file.write_text(results.model_dump_json(indent=1) + "\n", encoding="utf-8")
    text = page(results)
    print(text)
    if options.write_docs:
        Path("docs/listing.md").write_text(text + "\n", encoding="utf-8")
    return 0 if all(each <= results.most for each in results.ratios().values()) else 1


if __name__ == "__main__":
    sys.exit(main())
