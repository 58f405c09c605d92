"""`python -m durably.embedded` as whoever starts it meets it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.ports import free_port
from tests.harness.processes import Process, listens

COMMAND = (sys.executable, "-m", "durably.embedded")


def engine(folder: Path, name: str, db: Path) -> Process:
    """An engine on a port of its own."""
    port = free_port()
    command = [*COMMAND, "--port", str(port), "--db", str(db)]
    return Process(name, command, log=folder / f"{name}.log", ready=listens(port))


async def test_a_second_engine_on_one_file_is_refused_with_one_line_and_the_first_goes_on(tmp_path: Path) -> None:
    db = tmp_path / "engine.db"
    first, second = engine(tmp_path, "first", db), engine(tmp_path, "second", db)
    await first.start()
    second.spawn()

    assert await second.wait_exit() == 1
    (line,) = second.output().splitlines()
    assert line == f"embedded engine: {db} is in use by another engine; stop that one, or give another --db"
    assert first.alive
    first.kill()


async def test_the_file_of_an_engine_that_was_killed_is_free_at_once(tmp_path: Path) -> None:
    db = tmp_path / "engine.db"
    first, second = engine(tmp_path, "first", db), engine(tmp_path, "second", db)
    await first.start()
    first.kill()

    await second.start()
    second.terminate()
    assert await second.wait_exit() == 0


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--port", "abc", "'abc' is not a port from 0 to 65535"),
        ("--port", "65536", "'65536' is not a port from 0 to 65535"),
        ("--port", "-1", "'-1' is not a port from 0 to 65535"),
        ("--port", "²", "'²' is not a port from 0 to 65535"),
        ("--binding", "x", "'x' is not NAME=URL, such as notifications=http://localhost:8083/"),
        ("--binding", "x=localhost", "'x=localhost' is not NAME=URL"),
        ("--binding", "=http://localhost", "'=http://localhost' is not NAME=URL"),
        ("--database", "x", "unrecognized arguments"),
    ],
)
def test_an_option_that_is_wrong_is_one_line_and_exit_code_2(
    tmp_path: Path, option: str, value: str, said: str
) -> None:
    command = [*COMMAND, "--db", str(tmp_path / "engine.db"), f"{option}={value}"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)

    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert line.startswith("embedded engine: ")
    assert said in line


def test_a_folder_that_is_not_there_is_one_line_that_names_the_file(tmp_path: Path) -> None:
    db = tmp_path / "nowhere" / "engine.db"
    outcome = subprocess.run([*COMMAND, "--db", str(db)], capture_output=True, text=True, check=False)

    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert str(db) in line
