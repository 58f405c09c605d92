"""The release under test: installed if it is not there, set up for the tests, and put back as it was."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from tests.e2e.cluster import NAMESPACE
from tests.e2e.commands import run

ROOT: Final = Path(__file__).parents[2]
CHART: Final = ROOT / "charts" / "durably"
RELEASE: Final = "durably"
ASSIGN_S: Final = 5.0
"""How long `assign_task` takes here: longer than a stopping worker waits for it."""

VALUES: Final[dict[str, Any]] = {
    "worker": {
        "replicas": 2,
        "shutdownGraceSeconds": 0,
        "preStopSeconds": 3,
        "activityDelaySeconds": {"assign_task": ASSIGN_S},
    },
    "api": {"replicas": 2, "auth": {"mode": "none"}, "rateLimit": {"perSecond": 0, "burst": 1}},
    "sandbox": {"enabled": True},
    "notifications": {"url": ""},
}
_HELM_S: Final = 300
_UP_S: Final = 1_800
_TOOLS: Final = ("kubectl", "helm")


async def unusable() -> str | None:
    """Why there is no cluster to test on, after an attempt to make one; None where there is one."""
    missing = [tool for tool in _TOOLS if not shutil.which(tool)]
    if missing:
        return f"not on PATH: {', '.join(missing)}"
    if await reachable():
        return None
    if not (shutil.which("kind") and shutil.which("docker")):
        return "no cluster answers (KUBECONFIG), and without kind and Docker none can be made"
    await run("make", "-C", str(ROOT), "up", within_s=_UP_S)
    return None if await reachable() else "`make up` ran, and no cluster answers (KUBECONFIG)"


async def reachable() -> bool:
    """Whether the cluster of the current KUBECONFIG answers."""
    return (await run("kubectl", "get", "--raw", "/readyz", "--request-timeout=5s", check=False)).strip() == "ok"


@asynccontextmanager
async def installed() -> AsyncIterator[None]:
    """The release with the values of the tests; afterwards its former revision, if it had one."""
    before = await _revision()
    os.environ["HELM_MAX_HISTORY"] = "0"  # keep all, by whomever: after ten more revisions this one would be forgotten
    await upgrade(VALUES)
    yield
    if before is not None:
        await run("helm", "rollback", RELEASE, str(before), *_common(), within_s=_HELM_S)


async def upgrade(values: dict[str, Any]) -> None:
    """Install the chart or upgrade the release, and wait until it is done.

    Args:
        values: What to change; everything else stays, and is that of a kind cluster in a first installation.
    """
    first = await _revision() is None
    base = ("--values", str(CHART / "values-kind.yaml"), "--create-namespace") if first else ("--reuse-values",)
    changes = [f"{key}={json.dumps(value)}" for key, value in _leaves(values)]
    sets = [part for change in changes for part in ("--set-json", change)]
    await run("helm", "upgrade", "--install", RELEASE, str(CHART), *base, *sets, *_common(), within_s=_HELM_S)


async def _revision() -> int | None:
    """The release's deployed revision; None where it is not installed."""
    told = await run("helm", "list", "--namespace", NAMESPACE, "--filter", f"^{RELEASE}$", "--output", "json")
    found = json.loads(told)
    return int(found[0]["revision"]) if found else None


def _common() -> tuple[str, ...]:
    return ("--namespace", NAMESPACE, "--wait", "--timeout", f"{_HELM_S - 30}s")


def _leaves(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """The values as `helm --set-json` wants them: each group's members on their own, maps below that whole."""
    pairs = []
    for key, value in values.items():
        nested = isinstance(value, dict) and not prefix
        pairs += _leaves(value, f"{key}.") if nested else [(f"{prefix}{key}", value)]
    return pairs
