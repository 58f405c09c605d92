"""Recordings run in several processes, and whether the code asked for the same in each."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

_DAY_S: Final = 86_400
_LIMIT_S: Final = 300
_IGNORED: Final = frozenset({"at"})


class World(NamedTuple):
    """A process that code may find itself in.

    Args:
        seed: What its hashes depend on.
        shift_s: How wrong its clock is, in seconds.
    """

    seed: int
    shift_s: int

    @property
    def told(self) -> str:
        """In words."""
        days = self.shift_s / _DAY_S
        clock = f"the clock {abs(days):.0f} days {'ahead' if days > 0 else 'behind'}" if days else "the clock as it is"
        return f"hash seed {self.seed} and {clock}"


WORLDS: Final = (World(0, 0), World(1, 401 * _DAY_S), World(2, -30 * _DAY_S))
"""Three of each: a set of two texts stands in the same order in half of all processes."""


def differences(files: Sequence[str], *, packages: Sequence[str], complete: bool) -> Iterator[str]:
    """Run recordings in every world, and tell what is not as recorded, or not the same in all.

    Args:
        files: The recordings.
        packages: Whose workflows; as `durably replay --package` takes them, by default all that are installed.
        complete: Whether every workflow version of them has to have a recording.

    Yields:
        A sentence for each file, or for all, that is wrong.
    """
    results = [(world, run(world, files, packages)) for world in WORLDS]
    problems = {result["problem"] for _, result in results if result.get("problem")}
    if problems:
        yield from sorted(problems)
        return
    for file in files:
        yield from _of_file(file, [(world, result["files"][file]) for world, result in results])
    if complete:
        yield from _left_out(results[0][1])


def run(world: World, files: Sequence[str], packages: Sequence[str]) -> dict[str, Any]:
    """What the code asks for in one world.

    Args:
        world: The process.
        files: The recordings.
        packages: Whose workflows.
    """
    command = [sys.executable, "-m", "durably.pytest_plugin.elsewhere", str(world.shift_s), ",".join(packages), *files]
    environment = os.environ | {"PYTHONHASHSEED": str(world.seed)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, in this Python
            command, env=environment, capture_output=True, text=True, check=False, timeout=_LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return {"problem": f"with {world.told} the replay takes more than {_LIMIT_S} s"}
    if done.returncode:
        return {"problem": f"with {world.told} the replay ends with code {done.returncode}: {done.stderr.strip()}"}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _of_file(file: str, results: Sequence[tuple[World, Mapping[str, Any]]]) -> Iterator[str]:
    for world, result in results:
        if result["problem"]:
            yield f"{file}: with {world.told}: {result['problem']}"
            return
    (_, first), *others = results
    for world, result in others:
        for one, other in zip(first["asked"], result["asked"], strict=False):
            if _essence(one) != _essence(other):
                said = f"turn {one['turn']} depends on the process"
                yield f"{file}: {said}: with {world.told} it asks for {_shown(other)}"
                return


def _essence(action: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in action.items() if name not in _IGNORED}


def _shown(action: Mapping[str, Any]) -> str:
    what = action["name"] or action["kind"]
    return f"{what} with {json.dumps(action['input'], ensure_ascii=False)}, at {action['at']}"


def _left_out(result: Mapping[str, Any]) -> Iterator[str]:
    replayed = {tuple(one.get("workflow", ())) for one in result["files"].values()}
    for name, version in result["workflows"]:
        if (name, version) not in replayed:
            yield f"{name} {version} is registered, and no recording replays it; `durably record ID` writes one"
