import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from durably.cli.process import cause_of_end
from durably.cli.supervisor import Backoff, Supervisor
from tests.harness.waiting import true, until
from tests.unit.cli.processes import PATIENT, POLITE, SOURCE, STUBBORN, Recorder, exists, spec

FAST = Backoff(first_s=0.01, longest_s=0.04, stable_s=60)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def supervisor(recorder: Recorder) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(recorder, backoff=FAST)
    yield supervisor
    supervisor.hurry()
    await supervisor.stop()


async def test_a_process_that_is_killed_is_started_again(
    supervisor: Supervisor, recorder: Recorder, tmp_path: Path
) -> None:
    first = await supervisor.start(spec(tmp_path, "a", PATIENT))
    await recorder.up("a")
    os.kill(first, signal.SIGKILL)
    await recorder.up("a", times=2)
    assert recorder.ends == [("a", first, -signal.SIGKILL)]
    assert [name for name, _ in recorder.starts] == ["a", "a"]
    assert supervisor.pid("a") == recorder.starts[1][1] != first


async def test_the_pause_doubles_up_to_the_longest(supervisor: Supervisor, recorder: Recorder, tmp_path: Path) -> None:
    await supervisor.start(spec(tmp_path, "a", "raise SystemExit(3)"))
    await until(true(lambda: len(recorder.pauses) >= 4), what="it was started again four times")
    assert recorder.pauses[:4] == [0.01, 0.02, 0.04, 0.04]
    assert {code for _, _, code in recorder.ends} == {3}


async def test_the_pause_is_the_first_one_again_after_a_stable_run(recorder: Recorder, tmp_path: Path) -> None:
    supervisor = Supervisor(recorder, backoff=Backoff(first_s=0.01, longest_s=1, stable_s=0))
    await supervisor.start(spec(tmp_path, "a", ""))
    await until(true(lambda: len(recorder.pauses) >= 3), what="it was started again three times")
    await supervisor.stop()
    assert set(recorder.pauses) == {0.01}


async def test_processes_are_stopped_one_after_the_other_last_started_first(recorder: Recorder, tmp_path: Path) -> None:
    supervisor = Supervisor(recorder)
    for name in ("engine", "worker", "api"):
        await supervisor.start(spec(tmp_path, name, POLITE))
        await recorder.up(name)
    await supervisor.stop()
    assert [(name, code) for name, _, code in recorder.ends] == [("api", 0), ("worker", 0), ("engine", 0)]
    assert recorder.pauses == []


async def test_a_process_that_ignores_sigterm_is_killed_when_its_grace_is_over(
    recorder: Recorder, tmp_path: Path
) -> None:
    supervisor = Supervisor(recorder)
    pid = await supervisor.start(spec(tmp_path, "a", STUBBORN, grace_s=0.2))
    await recorder.up("a")
    await supervisor.stop()
    assert recorder.ends == [("a", pid, -signal.SIGKILL)]


async def test_hurry_ends_a_grace_that_runs_and_those_to_come(recorder: Recorder, tmp_path: Path) -> None:
    supervisor = Supervisor(recorder)
    for name in ("a", "b"):
        await supervisor.start(spec(tmp_path, name, STUBBORN, grace_s=60))
        await recorder.up(name)
    began = time.monotonic()
    stopping = asyncio.create_task(supervisor.stop())
    asyncio.get_running_loop().call_later(0.1, supervisor.hurry)
    await stopping
    assert time.monotonic() - began < 10
    assert [code for _, _, code in recorder.ends] == [-signal.SIGKILL] * 2


async def test_a_stop_does_not_wait_for_the_pause_before_a_restart(recorder: Recorder, tmp_path: Path) -> None:
    supervisor = Supervisor(recorder, backoff=Backoff(first_s=60))
    await supervisor.start(spec(tmp_path, "a", ""))
    await until(true(lambda: recorder.pauses), what="it waits to be started again")
    began = time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - began < 5
    assert len(recorder.starts) == 1


async def test_lines_of_both_outputs_arrive_in_order_whatever_their_length(
    supervisor: Supervisor, recorder: Recorder, tmp_path: Path
) -> None:
    code = "import sys\nprint('x' * 200_000, flush=True)\nprint('é', file=sys.stderr, flush=True)\nprint('end', end='')"
    await supervisor.start(spec(tmp_path, "a", code))
    await until(true(lambda: recorder.ends), what="it has ended")
    assert recorder.lines[:3] == [("a", "x" * 200_000), ("a", "é"), ("a", "end")]


async def test_a_process_gets_its_arguments_and_no_input_and_a_group_of_its_own(
    supervisor: Supervisor, recorder: Recorder, tmp_path: Path
) -> None:
    code = "import os, sys\nprint(__name__, sys.argv[1:], sys.stdin.read() == '', os.getpgrp() == os.getpid())"
    await supervisor.start(spec(tmp_path, "a", code, "--port", "1"))
    await until(true(lambda: recorder.lines), what="it has said something")
    assert recorder.lines[0] == ("a", "__main__ ['--port', '1'] True True")


_SUPERVISE = """
import asyncio, os
from pathlib import Path
from durably.cli.supervisor import Supervisor
from tests.unit.cli.processes import STUBBORN, Recorder, spec

async def main():
    recorder = Recorder()
    supervisor = Supervisor(recorder)
    pid = await supervisor.start(spec(Path({folder!r}), "a", STUBBORN))
    await recorder.up("a")
    print(pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


# That a paused process is reached takes the kernel's help, which Linux alone offers.
@pytest.mark.parametrize("paused", [False, True] if sys.platform == "linux" else [False])
async def test_no_process_outlives_a_supervisor_that_is_killed(tmp_path: Path, *, paused: bool) -> None:
    supervisor = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _SUPERVISE.format(folder=str(tmp_path))),
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert supervisor.stdout is not None
    pid = int(await supervisor.stdout.readline())
    if paused:
        os.kill(pid, signal.SIGSTOP)
    assert exists(pid)
    supervisor.kill()
    await supervisor.wait()
    await until(true(lambda: not exists(pid)), what="the process is gone, though it ignores SIGTERM")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exited with code 0"),
        (2, "exited with code 2"),
        (-9, "was killed by SIGKILL"),
        (-77, "was killed by signal 77"),
    ],
)
def test_an_exit_code_is_put_into_words(code: int, words: str) -> None:
    assert cause_of_end(code) == words
