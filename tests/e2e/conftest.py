"""The cluster, the release under test, and what is told of a run: a table of faults, and clues where a test failed."""

from collections.abc import AsyncIterator, Generator
from typing import Final

import pytest
import pytest_asyncio

from tests.e2e.clues import clues
from tests.e2e.cluster import NAMESPACE, Cluster
from tests.e2e.faults import on_kind
from tests.e2e.installation import ROOT, installed, unusable
from tests.e2e.logs import Journal
from tests.e2e.outside import Api, Sandbox
from tests.e2e.report import PICTURES, Report, as_markdown, as_text, rewritten
from tests.e2e.stage import Stage

_TEST_S: Final = 900
_BETWEEN: Final = 3
_PLACES: Final = {
    "test_worker_deletion": 0,
    "test_many_in_flight": 1,
    "test_rollouts": 2,
    "test_faults": 4,
    "test_skaffold": 5,
}
_DOCUMENT: Final = ROOT / "docs" / "durability.md"
_JSON: Final = ROOT / "build" / "e2e.json"
_REPORT: Final = pytest.StashKey[Report]()
_JOURNAL: Final = pytest.StashKey[Journal]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("end-to-end tests")
    group.addoption("--repetitions", type=int, default=5, help="How often the worker pod is deleted in each way.")
    group.addoption("--rounds", type=int, default=10, help="Rounds with 200 workflows in flight.")
    group.addoption(
        "--whole-cluster",
        action="store_true",
        help="Also break what others use: Dapr's pods, a node. The default on a kind cluster.",
    )
    group.addoption("--write-docs", action="store_true", help="Put the table and the picture into docs/.")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_REPORT] = Report()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The finest measurements first, nodes last; one event loop; what a fixture waits for has limits of its own."""
    items.sort(key=lambda item: _PLACES.get(item.path.stem, _BETWEEN))
    for item in items:
        if "e2e" in item.keywords and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(_TEST_S, func_only=True))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def release(pytestconfig: pytest.Config) -> AsyncIterator[Stage]:
    """The release, set up for the tests; afterwards it is put back as it was."""
    if reason := await unusable():
        pytest.skip(reason)
    async with installed():
        cluster = Cluster()
        journal = pytestconfig.stash.setdefault(_JOURNAL, Journal(cluster))
        api, sandbox = Api(cluster), Sandbox(cluster)
        journal.open()
        yield Stage(cluster, api, sandbox, journal, pytestconfig.stash[_REPORT])
        journal.close()
        await api.aclose()
        await sandbox.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(release: Stage) -> Stage:
    """The release, once nothing is missing that an earlier test broke."""
    await release.in_order()
    return release


@pytest.fixture(scope="session")
def repetitions(pytestconfig: pytest.Config) -> int:
    """How often a pod is deleted where times are measured."""
    return int(pytestconfig.getoption("--repetitions"))


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    """How often 200 workflows are struck."""
    return int(pytestconfig.getoption("--rounds"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def spared(pytestconfig: pytest.Config, release: Stage) -> str | None:
    """Why what lies beyond our namespace is left alone; None where it may be broken."""
    if pytestconfig.getoption("--whole-cluster") or await on_kind(release.cluster) is None:
        return None
    return "reaches beyond our namespace on a cluster that others may use; --whole-cluster allows it"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at the cluster while the failure is fresh."""
    report = yield
    if report.failed and "e2e" in item.keywords and _JOURNAL in item.config.stash:
        report.sections.append((f"namespace {NAMESPACE}", clues(item.config.stash[_JOURNAL])))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[_REPORT].rows
    if rows:
        terminalreporter.section("what was killed, and what came of it")
        terminalreporter.write_line(as_text(rows))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep the numbers; the documentation changes only when that is asked for."""
    report = session.config.stash[_REPORT]
    if not report.rows:
        return
    report.write_json(_JSON)
    if session.config.getoption("--write-docs"):
        told = f"{as_markdown(report.rows)}\n{PICTURES}"
        _DOCUMENT.write_text(rewritten(_DOCUMENT.read_text(encoding="utf-8"), told), encoding="utf-8")
