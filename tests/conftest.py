"""Which engines the tests run on, and one line in the summary for the tier that this machine cannot run."""

from collections.abc import Sequence
from typing import Any, Final

import pytest

from tests.harness.dapr import missing_binaries

_ENABLE: Final = (
    "install Redis (`apt-get install redis-server`) and Dapr 1.18 (`dapr init --slim`), "
    'then `PATH="$HOME/.dapr/bin:$PATH" make test`'
)
_DESELECTED = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("embedded", "dapr", "both"),
        default=None,
        help="What the engine suite runs on. Default: both, or embedded alone where Dapr or Redis is not on PATH.",
    )


def pytest_configure(config: pytest.Config) -> None:
    missing = missing_binaries()
    if config.getoption("--engine") in {"dapr", "both"} and missing:
        raise pytest.UsageError(f"--engine {config.getoption('--engine')}: not on PATH: {', '.join(missing)}")


def engines(config: pytest.Config) -> tuple[str, ...]:
    """The engines that this run uses."""
    chosen = config.getoption("--engine") or ("embedded" if missing_binaries() else "both")
    return ("embedded", "dapr") if chosen == "both" else (chosen,)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, rather than skip, what belongs to an engine that this run does not use."""
    used = engines(config)
    left_out = [item for item in items if not _belongs(item, used)]
    items[:] = [item for item in items if _belongs(item, used)]
    config.hook.pytest_deselected(items=left_out)
    config.stash[_DESELECTED] = len([item for item in left_out if item.get_closest_marker("dapr")])


def _belongs(item: pytest.Item, used: Sequence[str]) -> bool:
    if item.get_closest_marker("dapr"):
        return "dapr" in used
    if item.get_closest_marker("embedded_only"):
        return "embedded" in used
    parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return "embedded" in used or "embedded" not in parameters.values()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash.get(_DESELECTED, 0)
    if config.getoption("--engine") is None and left_out and (missing := missing_binaries()):
        reason = f"not on PATH: {', '.join(missing)}"
        terminalreporter.write_line(
            f"tier `dapr` not run: {left_out} tests on real Dapr and Redis; {reason}; to enable it: {_ENABLE}",
            yellow=True,
        )
