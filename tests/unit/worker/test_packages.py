"""How a worker finds the packages that it runs, and what it says of one that it cannot run."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from durably.authoring import Environment, Notification, Record
from tests.harness.distributions import write_distribution
from tests.harness.ports import free_port
from tests.harness.processes import Process
from worker.loading import Loaded, load
from worker.settings import WorkerSettings

BUILT_IN: Final = {"job_application_workflow", "order_processing_workflow", "task_processing_workflow"}
GOOD: Final = '''
class Name(Frozen):
    """Whom to greet."""

    name: str

def greeting(ctx, given):
    yield ctx.call_activity("greet", input=given)
    return given

async def greet(ctx, given):
    pass

WORKFLOW = WorkflowDefinition("greeting", "v1", greeting, Name, Name)
ACTIVITY = ActivityDefinition("greet", greet, Name)

def declare(environment):
    return Package(workflows=(WORKFLOW,), activities=(ACTIVITY,))
'''


class Nowhere:
    """Ports that lead nowhere: nothing here runs an activity."""

    async def read(self, key: str) -> Record:
        """See `StateStore`."""
        raise NotImplementedError

    async def replace(self, key: str, before: Record, value: bytes) -> bool:
        """See `StateStore`."""
        raise NotImplementedError

    async def send(self, notification: Notification, *, idempotency_key: str) -> None:
        """See `Notifier`."""
        raise NotImplementedError


def environment() -> Environment:
    return Environment(state=Nowhere(), notifier=Nowhere())


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a distribution, and has this process find it; its module is forgotten afterwards."""

    def write(name: str, source: str, points: dict[str, str] | None = None) -> Path:
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, name, raising=False)
        return write_distribution(tmp_path, name, source, points)

    return write


def loaded(chosen: str = "") -> Loaded:
    return load(WorkerSettings(packages=chosen), environment())


def names(found: Loaded) -> set[str]:
    return {workflow.name for workflow in found.registry.workflows}


def refused(capsys: pytest.CaptureFixture[str], chosen: str = "") -> str:
    """The one line that a worker says before it ends with code 2."""
    with pytest.raises(SystemExit) as stopped:
        loaded(chosen)
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_the_built_in_workflows_are_found_by_the_entry_points_of_our_own_distribution() -> None:
    assert names(loaded()) == BUILT_IN


def test_what_acts_on_a_charge_or_on_stock_that_its_input_names_keeps_that_input_in_a_rerun() -> None:
    kept = {activity.name for activity in loaded().registry.activities if activity.keeps_input}
    assert kept == {"process_payment", "confirm_order", "void_payment", "release_inventory"}


def test_an_installed_package_is_found_and_described_with_its_schemas(on_path: Callable[..., Path]) -> None:
    on_path("greetings", GOOD)
    registry = loaded().registry
    assert {workflow.name for workflow in registry.workflows} == BUILT_IN | {"greeting"}
    assert "greet" in {activity.name for activity in registry.activities}
    (about,) = (one for one in registry.describe() if one.name == "greeting")
    assert about.input_schema["properties"] == {"name": {"title": "Name", "type": "string"}}


def test_only_what_is_chosen_is_loaded_and_every_worker_can_notify(on_path: Callable[..., Path]) -> None:
    on_path("greetings", GOOD)
    on_path("broken", "raise RuntimeError('never to be imported')")
    found = loaded("greetings")
    assert names(found) == {"greeting"}
    assert {activity.name for activity in found.registry.activities} == {"greet", "send_notification"}
    assert names(loaded(" tasks , greetings ")) == {"greeting", "task_processing_workflow"}


def test_an_activity_of_a_package_can_be_made_slow_too(on_path: Callable[..., Path]) -> None:
    on_path("greetings", GOOD)
    found = load(WorkerSettings(packages="greetings", activity_delay_s={"greet": 1}), environment())
    (greet,) = (activity for activity in found.registry.activities if activity.name == "greet")
    assert greet.run is not sys.modules["greetings"].greet


def test_a_package_that_is_chosen_and_not_installed_is_refused_with_what_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = refused(capsys, "tasks,payroll")
    assert line == "DURABLY_WORKER_PACKAGES: not installed: payroll; installed: applications, orders, tasks"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "import nowhere_to_be_found",
            "cannot be imported: ModuleNotFoundError: No module named 'nowhere_to_be_found'",
        ),
        ("def declare(:", "cannot be imported: SyntaxError"),
        ("declared = None", "cannot be imported: AttributeError: module 'bad' has no attribute 'declare'"),
        ("declare = 3", "has to be a function that takes an Environment; it is 3"),
        ("def declare(): ...", "cannot be declared: TypeError: declare() takes 0 positional arguments"),
        ("def declare(environment): 1 / 0", "cannot be declared: ZeroDivisionError: division by zero ("),
        ("def declare(environment): raise ValueError('two\\nlines')", "cannot be declared: ValueError: two lines"),
        ("def declare(environment): return 3", "has to return a durably.authoring.Package; it returned 3"),
        ("async def declare(environment): ...", "has to return a durably.authoring.Package; it returned <coroutine"),
        ("def declare(environment): return Package(workflows=[])", "workflows has to be a tuple of Workflow"),
        ("def declare(environment): return Package(activities=(3,))", "activities has to be a tuple of"),
    ],
)
def test_a_broken_package_is_one_line_that_names_the_distribution_and_the_entry_point(
    on_path: Callable[..., Path], capsys: pytest.CaptureFixture[str], source: str, said: str
) -> None:
    on_path("bad", source)
    line = refused(capsys)
    assert line.startswith("bad 1.0, entry point bad = bad:declare: ")
    assert said in line


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("greeting, Name, Name", "greeting, dict, Name", "workflow 'greeting': input_model has to be a pydantic model"),
        ("greeting, Name, Name", "greeting, Name, None", "workflow 'greeting': result_model has to be a pydantic"),
        ('"greeting", "v1"', '"a/b", "v1"', "workflow 'a/b' has to be at most"),
        ('"greeting", "v1"', '"greeting", ""', "the version of workflow 'greeting', '', has to"),
        ("greeting, Name, Name", "greet, Name, Name", "run has to be a generator"),
        ('"greet", greet, Name', '"greet", greeting, Name', "activity 'greet': run has to be an async function"),
        ('"greet", greet, Name', '"greet", greet, str', "activity 'greet': input_model has to be a pydantic model"),
        ("    name: str", "    name: type(open)", "cannot be imported"),
        ("activities=(ACTIVITY,)", "activities=(ACTIVITY, ACTIVITY)", "declares twice: activity greet"),
        ("workflows=(WORKFLOW,)", "workflows=(WORKFLOW, WORKFLOW)", "declares twice: workflow greeting v1"),
        ('"greet", greet,', '"assign_task", greet,', "is declared by durably 0.1.0, entry point tasks = "),
        ('"greet", greet,', '"send_notification", greet,', "send_notification is declared by every worker"),
        ('"greeting", "v1"', '"task_processing_workflow", "v9"', "workflow task_processing_workflow is declared by"),
    ],
)
def test_a_definition_that_cannot_be_run_is_one_line_too(
    on_path: Callable[..., Path], capsys: pytest.CaptureFixture[str], good: str, bad: str, said: str
) -> None:
    assert good in GOOD
    on_path("zbad", GOOD.replace(good, bad))
    line = refused(capsys)
    assert "zbad 1.0, entry point zbad = zbad:declare" in line
    assert said in line


def test_the_line_says_where_in_the_package_it_went_wrong(
    on_path: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = on_path("bad", "\n\ndef declare(environment):\n    return {}['key']\n")
    assert refused(capsys).endswith(f"KeyError: 'key' ({folder / 'bad.py'}:5)")


def test_two_distributions_with_one_name_of_an_entry_point_are_refused(
    on_path: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    on_path("mine", GOOD, {"tasks": "mine:declare"})
    line = refused(capsys)
    assert "mine 1.0, entry point tasks = mine:declare" in line
    assert "durably 0.1.0, entry point tasks = worker.packages.tasks:declare" in line


def test_a_choice_without_any_workflow_is_refused(
    on_path: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    on_path("empty", "def declare(environment): return Package()")
    assert "without workflows has nothing to do" in refused(capsys, "empty")


def test_the_settings_of_a_package_are_read_from_its_own_variables(
    on_path: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = """
    from pydantic_settings import BaseSettings, SettingsConfigDict

    class Settings(BaseSettings):
        model_config = SettingsConfigDict(env_prefix="GREETINGS_")
        often: int = 1

    def declare(environment):
        global often
        often = environment.settings(Settings).often
        return Package()
    """
    on_path("settled", settings)
    monkeypatch.setenv("GREETINGS_OFTEN", "3")
    loaded()
    assert sys.modules["settled"].often == 3
    monkeypatch.setenv("GREETINGS_OFTEN", "much")
    assert refused(capsys).startswith("GREETINGS_OFTEN: ")


async def test_what_was_opened_is_closed_the_last_one_first_even_if_one_fails() -> None:
    closed: list[str] = []

    def closing(name: str) -> Callable[[], Awaitable[None]]:
        async def close() -> None:
            closed.append(name)
            if name == "second":
                raise OSError("it will not close")

        return close

    offered = environment()
    offered.closing(closing("first"))
    offered.closing(closing("second"))
    http = offered.http
    assert offered.http is http
    await offered.aclose()
    assert http.closed
    assert closed == ["second", "first"]


async def test_a_background_task_that_fails_does_not_take_the_worker_with_it(on_path: Callable[..., Path]) -> None:
    source = """
    async def fail():
        raise RuntimeError("it went wrong")

    def declare(environment):
        return Package(background=(fail,))
    """
    on_path("failing", source)
    background = loaded("tasks,failing").background
    assert len(background) == 1
    await background[0]()


async def test_a_worker_with_a_broken_package_ends_with_code_2_and_that_line_alone(tmp_path: Path) -> None:
    """What one package has opened is closed, too: an HTTP client that is not would add lines of its own."""
    opening = GOOD.replace("    return Package", "    environment.http\n    return Package")
    write_distribution(tmp_path / "site", "first", opening)
    write_distribution(tmp_path / "site", "second", "def declare(environment): raise RuntimeError('no')")
    env = {
        "PYTHONPATH": str(tmp_path / "site"),
        "DURABLY_WORKER_PACKAGES": "first,second",
        "DURABLY_WORKER_SIDECAR_GRPC_PORT": str(free_port()),
    }
    worker = Process("worker", [sys.executable, "-m", "worker"], log=tmp_path / "worker.log", env=env)
    worker.spawn()
    assert await worker.wait_exit(10) == 2
    (line,) = worker.output().splitlines()
    assert line.startswith("second 1.0, entry point second = second:declare: cannot be declared: RuntimeError: no")
