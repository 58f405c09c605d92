"""`skaffold run` and `skaffold dev` on the cluster, from a copy of the sources that the test may change."""

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.cluster import NAMESPACE
from tests.e2e.commands import run
from tests.e2e.installation import ROOT
from tests.e2e.stage import Stage
from tests.harness.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not shutil.which("skaffold"), reason="skaffold is not on PATH")]

SOURCES: Final = ("durably", "worker", "api", "charts", "requirements")
FILES: Final = ("Dockerfile", ".dockerignore", "skaffold.yaml", "pyproject.toml", "README.md")
UP_S: Final = 280
ASK: Final = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8080/livez', timeout=5).read().decode())"


async def test_run_installs_and_under_dev_a_changed_file_is_served_by_the_pods(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    await _helm_3_first(tmp_path, monkeypatch)
    _copy(tmp_path)
    await run("skaffold", "run", "--filename", str(tmp_path / "skaffold.yaml"), within_s=UP_S)
    await stage.in_order()
    assert "alive" in await _livez()

    # when
    async with _dev(tmp_path):
        pods = await _pods(stage)
        probes = tmp_path / "api" / "routes" / "probes.py"
        probes.write_text(probes.read_text(encoding="utf-8").replace('"alive"', '"synced"'), encoding="utf-8")

        # then
        await until(_livez, what="the changed file is served", holds=lambda told: "synced" in told, timeout_s=60)
        assert await _pods(stage) == pods, "the file was to be copied, not the pods made anew"


async def _helm_3_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Skaffold asks Helm for its version in a way that Helm 4 does not understand."""
    if "v3." in await run("helm", "version", "--short"):
        return
    helm3 = shutil.which("helm3")
    if helm3 is None:
        pytest.skip("skaffold 2 needs Helm 3, as helm or helm3, on PATH")
    tools = folder / "tools"
    tools.mkdir()
    (tools / "helm").symlink_to(helm3)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


def _copy(to: Path) -> None:
    for folder in SOURCES:
        shutil.copytree(ROOT / folder, to / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, to / file)


@asynccontextmanager
async def _dev(folder: Path) -> AsyncIterator[Process]:
    """`skaffold dev` that watches for changes, while the context lasts; what it installed stays."""
    log = folder / "dev.log"
    options = ("--cleanup=false", "--port-forward=off", "--tail=false")
    with log.open("wb") as told:
        dev = await asyncio.create_subprocess_exec(
            "skaffold", "dev", *options, cwd=folder, stdin=DEVNULL, stdout=told, stderr=told
        )
    try:

        async def watching() -> bool:
            assert dev.returncode is None, log.read_text(encoding="utf-8")
            return "Watching for changes" in log.read_text(encoding="utf-8")

        await until(watching, what=f"skaffold dev watches for changes, see {log}", timeout_s=UP_S, poll_s=0.5)
        yield dev
    finally:
        if dev.returncode is None:
            dev.terminate()
        await dev.wait()


async def _livez() -> str:
    """What the API says of itself; nothing while it is being started anew."""
    return await run(
        "kubectl", "exec", "-n", NAMESPACE, "deploy/durably-api", "-c", "api", "--", "python", "-c", ASK, check=False
    )


async def _pods(stage: Stage) -> set[str]:
    return {pod.name for pod in await stage.cluster.pods("api") if not pod.leaving}
