"""Which engines the tests run on, and one line in the summary for each tier that was not run."""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.harness.browser import ENABLE as ENABLE_BROWSER
from tests.harness.browser import chromium
from tests.harness.dapr import missing_binaries
from tests.harness.postgresql import ENABLE as ENABLE_POSTGRESQL
from tests.harness.postgresql import binaries as postgresql

_ENABLE: Final = (
    "install Redis (`apt-get install redis-server`) and Dapr 1.18 (`dapr init --slim`), "
    'then `PATH="$HOME/.dapr/bin:$PATH" make test`'
)
_CLUSTER: Final = "e2e"
_LEFT_OUT = pytest.StashKey[dict[str, int]]()
"""How many tests of each tier this run does without."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("embedded", "dapr", "both"),
        default=None,
        help="What the engine suite runs on. Default: both, or embedded alone where Dapr or Redis is not on PATH.",
    )
    parser.addoption(
        "--pictures",
        action="store_true",
        help="Write the pictures of the web page in docs/images anew, from its tests.",
    )


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell has it ignored in what it runs in the background, and so would every process that a test interrupts.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    missing = missing_binaries()
    if config.getoption("--engine") in {"dapr", "both"} and missing:
        raise pytest.UsageError(f"--engine {config.getoption('--engine')}: not on PATH: {', '.join(missing)}")


def engines(config: pytest.Config) -> tuple[str, ...]:
    """The engines that this run uses."""
    chosen = config.getoption("--engine") or ("embedded" if missing_binaries() else "both")
    return ("embedded", "dapr") if chosen == "both" else (chosen,)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, rather than skip, what belongs to an engine that this run does not use, and what was not asked for."""
    used, on_cluster = engines(config), _cluster_was_asked_for(config)
    in_browser = "embedded" in used and chromium() is not None
    wanted = [
        item
        for item in items
        if _belongs(item, used)
        and (on_cluster or not _breaks_a_cluster(item))
        and (in_browser or not _needs_a_browser(item))
    ]
    kept = set(wanted)
    left_out = [item for item in items if item not in kept]
    items[:] = wanted
    config.hook.pytest_deselected(items=left_out)
    config.stash[_LEFT_OUT] = {
        "dapr": len([item for item in left_out if item.get_closest_marker("dapr")]),
        "e2e": len([item for item in left_out if _breaks_a_cluster(item)]),
        "browser": len([item for item in left_out if _needs_a_browser(item)]),
        "postgresql": len([item for item in left_out if item.get_closest_marker("postgresql")]),
    }


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With `-n` only the processes that run the tests know what they left out; each tells the one that sums up."""
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["left_out"] = session.config.stash.get(_LEFT_OUT, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What one of those processes left out: the same as each of the others."""
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def _breaks_a_cluster(item: pytest.Item) -> bool:
    return item.get_closest_marker(_CLUSTER) is not None


def _needs_a_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def _cluster_was_asked_for(config: pytest.Config) -> bool:
    """Whether the end-to-end tests were named: they kill pods and nodes of whatever cluster KUBECONFIG points to."""
    named = any(_CLUSTER in Path(argument.partition("::")[0]).parts for argument in config.args)
    return named or _CLUSTER in config.getoption("-m").split()


def _belongs(item: pytest.Item, used: Sequence[str]) -> bool:
    if item.get_closest_marker("postgresql") and postgresql() is None:
        return False
    if item.get_closest_marker("dapr"):
        return "dapr" in used
    if item.get_closest_marker("embedded_only"):
        return "embedded" in used
    parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return "embedded" in used or "embedded" not in parameters.values()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash.get(_LEFT_OUT, {})
    if config.getoption("--engine") is None and left_out.get("dapr") and (missing := missing_binaries()):
        reason = f"not on PATH: {', '.join(missing)}"
        terminalreporter.write_line(
            f"tier `dapr` not run: {left_out['dapr']} tests on real Dapr and Redis; {reason}; to enable it: {_ENABLE}",
            yellow=True,
        )
    if (unkept := left_out.get("postgresql")) and postgresql() is None:
        terminalreporter.write_line(
            f"tier `postgresql` not run: {unkept} tests of PostgreSQL as the state store; no PostgreSQL here; "
            f"to enable it: {ENABLE_POSTGRESQL}",
            yellow=True,
        )
    if (unseen := left_out.get("browser")) and chromium() is None:
        terminalreporter.write_line(
            f"tier `browser` not run: {unseen} tests of the web page; no Chromium on PATH; "
            f"to enable it: {ENABLE_BROWSER}",
            yellow=True,
        )
    if not_on_cluster := left_out.get("e2e"):
        terminalreporter.write_line(
            f"tier `e2e` not run: {not_on_cluster} tests that kill pods and nodes of a cluster; "
            "to run it on the cluster of KUBECONFIG, or on a kind cluster that it makes: `make e2e`",
            yellow=True,
        )
