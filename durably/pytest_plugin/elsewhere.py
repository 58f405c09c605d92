"""Runs recordings in a process of its own, whose clock and hash seed are not those of anybody else.

`python -m durably.pytest_plugin.elsewhere SECONDS PACKAGES FILE...` prints what the code asked for, as JSON. The plugin
starts it; nobody else needs to.
"""

import json
import sys
from typing import Any

from durably.pytest_plugin.clock import shift


def main(arguments: list[str]) -> None:
    """Set the clock, then import everything else.

    Args:
        arguments: By how many seconds, the packages with commas between them, and the recordings.
    """
    shift(int(arguments[0]))
    packages = [one for one in arguments[1].split(",") if one]
    sys.stdout.write(json.dumps(_rehearsed(packages, arguments[2:])))


def _rehearsed(packages: list[str], files: list[str]) -> dict[str, Any]:
    import asyncio  # noqa: PLC0415 - all of this sees the clock that was set

    from durably.engine.rehearsal import Rehearser  # noqa: PLC0415
    from worker.candidate import candidate  # noqa: PLC0415
    from worker.discovery import PackageError  # noqa: PLC0415

    sys.path.insert(0, "")  # for a package that is not installed
    try:
        registry = asyncio.run(candidate(packages))
    except PackageError as error:
        return {"problem": str(error)}
    rehearser = Rehearser(registry)
    versions = [[one.name, one.version] for one in registry.workflows]
    return {"workflows": versions, "files": {file: _of_file(rehearser, file) for file in files}}


def _of_file(rehearser: Any, file: str) -> dict[str, Any]:
    from pathlib import Path  # noqa: PLC0415 - as above

    from pydantic import ValidationError  # noqa: PLC0415

    from durably.contracts.recordings import Recording  # noqa: PLC0415
    from durably.engine.recording import events_of  # noqa: PLC0415

    try:
        recording = Recording.model_validate_json(Path(file).read_bytes())
        rehearsal = rehearser.rehearse(events_of(recording), instance_id=recording.instance_id)
    except (OSError, ValidationError, ValueError) as error:
        return {"problem": f"it cannot be replayed: {error}"}
    told = [rehearsal.divergence] if rehearsal.divergence else []
    if recording.redacted is None:
        told += rehearsal.warnings[:1]
    return {
        "workflow": [rehearsal.workflow, rehearsal.version],
        "problem": _told(told[0]) if told else "",
        "asked": [
            action.model_dump(mode="json", exclude={"place"}) | {"turn": step.turn, "at": _place(action.place)}
            for step in rehearsal.steps
            for action in step.asked_for
        ],
    }


def _told(divergence: Any) -> str:
    where = f", at {_place(divergence.place)}" if divergence.place else ""
    return f"{divergence.message}{where}"


def _place(place: Any) -> str:
    return f"{place.file}:{place.line}" if place else ""


if __name__ == "__main__":
    main(sys.argv[1:])
