import asyncio

import pytest

from durably.cli.startup import StackError, Startup


@pytest.fixture
async def startup() -> Startup:
    return Startup(listening="engine")


async def test_the_engine_is_known_to_listen_when_it_says_so(startup: Startup) -> None:
    startup.line("worker", 2, "listening on 127.0.0.1:1")
    assert not startup.listening.is_set()
    startup.line("engine", 1, "listening on 127.0.0.1:50001")
    await startup.unless_failed(startup.listening.wait())


async def test_a_process_that_gives_up_ends_the_start_with_its_last_line(startup: Startup) -> None:
    step = asyncio.create_task(startup.unless_failed(asyncio.Event().wait()))
    startup.line("worker", 2, "DURABLY_WORKER_LOG_LEVEL: not a level")
    startup.ended("worker", 2, 2)
    with pytest.raises(
        StackError, match=r"^worker exited with code 2 while starting: DURABLY_WORKER_LOG_LEVEL: not a level$"
    ):
        await step


async def test_a_process_that_is_killed_while_the_stack_starts_is_no_failure(startup: Startup) -> None:
    ready = asyncio.Event()
    step = asyncio.create_task(startup.unless_failed(ready.wait()))
    startup.ended("worker", 2, -9)
    ready.set()
    await step
