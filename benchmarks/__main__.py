"""`python -m benchmarks`: measures, prints what came out, and writes it down where asked."""

import argparse
import asyncio
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.comparisons import api_against_bare_sdk, embedded_against_dapr
from benchmarks.display import Display
from benchmarks.document import write_document
from benchmarks.footprint import footprint
from benchmarks.growth import with_activities, with_finished_instances
from benchmarks.machine import this_machine
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.results import EngineName, Results
from benchmarks.summary import summary
from tests.harness.dapr import missing_binaries

PARTS: Final = ("api", "engines", "activities", "store", "footprint")
_NEED_DAPR: Final = ("api", "engines")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Durably on this machine.")
    parser.add_argument("--quick", action="store_true", help="a rough run in less than two minutes")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="measure these parts only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    parser.add_argument("--from", type=Path, metavar="FILE", dest="source", help="measure nothing, take these results")
    parser.add_argument("--write-docs", action="store_true", help="write docs/performance.md and its images")
    return parser.parse_args(arguments)


async def measure(plan: Plan, parts: Sequence[str], engines: Sequence[EngineName], display: Display) -> dict[str, Any]:
    """Measure the parts one after the other; the names are those of `Results`."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="durably-bench-") as root:
        folder = Path(root)
        if "api" in parts:
            found["api"], found["api_two_requests"] = await api_against_bare_sdk(folder / "api", plan, display)
        if "engines" in parts:
            ours, sdk = await embedded_against_dapr(folder / "engines", plan, display)
            found["engines"], found["engines_sdk_worker"] = ours, sdk
        if "activities" in parts:
            found["activities"] = await with_activities(folder / "activities", plan, display, engines)
        if "store" in parts:
            found["store"] = await with_finished_instances(folder / "store", plan, display, engines)
        if "footprint" in parts:
            found["footprint"] = await footprint(folder / "footprint", plan, display, engines)
    return found


def _command(options: argparse.Namespace) -> str:
    """What to type for the same measurement; where the numbers are written to is no part of it."""
    arguments = ["--quick"] * options.quick
    if tuple(options.only) != PARTS:
        arguments += ["--only", *options.only]
    return f"make bench ARGS={shlex.quote(' '.join(arguments))}" if arguments else "make bench"


def _run(options: argparse.Namespace) -> Results:
    engines: tuple[EngineName, ...] = ("embedded", "dapr")
    parts = list(options.only)
    if missing := missing_binaries():
        engines, parts = ("embedded",), [part for part in parts if part not in _NEED_DAPR]
        print(f"Not on PATH: {', '.join(missing)}; whatever needs Dapr is left out.", file=sys.stderr)
    begun, started = datetime.now(UTC), time.monotonic()
    with Display() as display:
        found = asyncio.run(measure(QUICK if options.quick else FULL, parts, engines, display))
    took_s = time.monotonic() - started
    return Results(
        command=_command(options),
        begun=begun,
        took_s=took_s,
        machine=this_machine(),
        incidents=display.incidents,
        **found,
    )


def main() -> int:
    """Measure, or read what was measured, and tell."""
    options = _options(sys.argv[1:])
    results = Results.model_validate_json(options.source.read_bytes()) if options.source else _run(options)
    if options.json:
        options.json.write_text(results.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(summary(results))
    if options.write_docs:
        write_document(results, Path("docs"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
