"""docs/how-replay-works.md: the task pipeline runs again, straight and with a killed worker; the page is compared."""

import signal

import pytest
import pytest_asyncio

from tests.explain.account import Account, account
from tests.explain.page import PAGE, document

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def straight(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return await account(tmp_path_factory.mktemp("straight"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def killed(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return await account(tmp_path_factory.mktemp("killed"), kill_in=2)


async def test_the_page_says_what_happens_when_it_is_run_again(straight: Account, killed: Account) -> None:
    assert PAGE.read_text(encoding="utf-8") == document(straight, killed), "run `make explain`"


async def test_the_worker_was_really_killed_in_its_second_turn_and_another_one_went_on(killed: Account) -> None:
    assert killed.exit_code == -signal.SIGKILL
    assert [(turn.number, turn.worker, turn.lost) for turn in killed.turns] == [
        (1, "A", False),
        (2, "A", True),
        (2, "B", False),
        (3, "B", False),
        (4, "B", False),
    ]
    assert killed.executions == (("validate_task", "A"), ("assign_task", "B"), ("send_notification", "B"))


async def test_a_replay_afterwards_tells_the_lines_that_the_workers_ran(straight: Account, killed: Account) -> None:
    for run in (straight, killed):
        steps = run.replayed.rehearsal.steps
        for turn in run.turns:
            assert turn.new == set(steps[turn.number - 1].lines)
            assert turn.again == {line for step in steps[: turn.number - 1] for line in step.lines}
