"""A real Prometheus, scraping real processes, and its query API."""

import json
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.harness.ports import free_port
from tests.harness.processes import Process, answers

BINARIES: Final = ("prometheus", "promtool")
"""What has to be on PATH."""

INSTALL: Final = "apt-get install --no-install-recommends prometheus"


def missing() -> tuple[str, ...]:
    """Those of `BINARIES` that are not on PATH."""
    return tuple(name for name in BINARIES if shutil.which(name) is None)


@dataclass(frozen=True, slots=True)
class Target:
    """Something to scrape, with the labels that a PodMonitor would give it.

    Args:
        address: HOST:PORT.
        path: Where its metrics are.
        labels: What each of its series gets.
    """

    address: str
    path: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer: its labels, and its values by time."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    @property
    def finite(self) -> bool:
        """Whether any of its values is a number."""
        return any(math.isfinite(value) for _, value in self.points)

    @property
    def highest(self) -> float:
        """The highest of its values that are numbers; 0 where none is."""
        return max((value for _, value in self.points if math.isfinite(value)), default=0)


class Prometheus:
    """A Prometheus in a process of its own.

    Args:
        folder: Where its data and its log go.
        targets: What it scrapes.
        interval_s: Seconds between two scrapes.
    """

    def __init__(self, folder: Path, targets: Sequence[Target], *, interval_s: int = 1) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{free_port()}"
        config = folder / "prometheus.yml"
        config.write_text(json.dumps(_config(targets, interval_s)), encoding="utf-8")  # JSON is YAML
        command = [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
        ]  # fmt: skip
        ready = answers(f"{self.url}/-/ready")
        self.process = Process("prometheus", command, log=folder / "prometheus.log", ready=ready)

    async def now(self, expression: str) -> tuple[Series, ...]:
        """What an expression has for its value now.

        Raises:
            AssertionError: Prometheus refuses the expression.
        """
        data = await self._get("query", {"query": expression})
        return tuple(_series(found, [found["value"]]) for found in data["result"])

    async def between(self, expression: str, begin: float, end: float, *, step_s: float = 1) -> tuple[Series, ...]:
        """What an expression had for its values over a time.

        Raises:
            AssertionError: Prometheus refuses the expression.
        """
        given = {"query": expression, "start": f"{begin:.3f}", "end": f"{end:.3f}", "step": f"{step_s:g}"}
        data = await self._get("query_range", given)
        return tuple(_series(found, found["values"]) for found in data["result"])

    async def down(self) -> tuple[str, ...]:
        """The targets whose last scrape failed, or that were not scraped yet, and why."""
        targets = (await self._get("targets", {}))["activeTargets"]
        return tuple(f"{t['scrapeUrl']}: {t['health']} {t['lastError']}" for t in targets if t["health"] != "up")

    async def _get(self, call: str, given: dict[str, str]) -> Any:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/api/v1/{call}", params=given) as answer:
            body = await answer.json()
        assert body["status"] == "success", f"{given}: {body.get('error')}"
        return body["data"]


def _series(found: dict[str, Any], points: Sequence[Sequence[Any]]) -> Series:
    return Series(found["metric"], tuple((float(at), float(value)) for at, value in points))


def _config(targets: Sequence[Target], interval_s: int) -> dict[str, Any]:
    scrapes = [
        {
            "job_name": target.labels["job"] if number == 0 else f"{target.labels['job']}#{number}",
            "metrics_path": target.path,
            "static_configs": [{"targets": [target.address], "labels": dict(target.labels)}],
        }
        for number, target in enumerate(targets)
    ]
    return {"global": {"scrape_interval": f"{interval_s}s"}, "scrape_configs": scrapes}
