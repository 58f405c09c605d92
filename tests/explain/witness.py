"""The real worker, which also writes down what each of its turns did: `python -m tests.explain.witness`.

What it sees, it sees in the turns that the engine gives it: which lines of the task pipeline the interpreter ran, and
for each whether the SDK was replaying then.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Final

from durably.engine.replay import TurnRunner
from worker.__main__ import main
from worker.workflows.task_processing import TASK_PROCESSING_V2

FILE: Final = "EXPLAIN_FILE"
HOLD: Final = "EXPLAIN_HOLD"
"""The turn after whose code a worker waits to be killed, before it has told the engine what the code asked for."""

_CODE: Final = TASK_PROCESSING_V2.run.__code__


class _Lines:
    """The lines of the pipeline that run, and whether they are replayed."""

    def __init__(self) -> None:
        self.again: set[int] = set()
        self.new: set[int] = set()

    def entered(self, frame: FrameType, _event: str, _arg: Any) -> Callable[..., Any] | None:
        """Told of each function that is called, or goes on."""
        return self.stepped(frame, "", None) if frame.f_code is _CODE else None

    def stepped(self, frame: FrameType, _event: str, _arg: Any) -> Callable[..., Any]:
        """Told of each line."""
        (self.again if frame.f_locals["ctx"].is_replaying else self.new).add(frame.f_lineno)
        return self.stepped


def witness(file: Path, hold: int) -> None:
    """Have the turns of this process written down.

    Args:
        file: Where to; one JSON object a line, for every process that is started with it.
        hold: The turn to be killed in, once; 0 for none.
    """
    run = TurnRunner.run

    def witnessed(self: TurnRunner, request: Any, past: list[Any]) -> Any:
        lines = _Lines()
        sys.settrace(lines.entered)
        try:
            ran = run(self, request, past)
        finally:
            sys.settrace(None)
        turn = 1 + sum(event.HasField("workflowStarted") for event in past)
        held = turn == hold and not any(note["held"] for note in notes(file))
        note = {
            "instance_id": request.instanceId,
            "pid": os.getpid(),
            "turn": turn,
            "sent": len(request.pastEvents),
            "kept": len(past) - len(request.pastEvents),
            "came": [event.WhichOneof("eventType") for event in request.newEvents],
            "again": sorted(lines.again),
            "new": sorted(lines.new),
            "held": held,
        }
        with file.open("a", encoding="utf-8") as output:
            output.write(json.dumps(note) + "\n")
        while held:
            signal.pause()
        return ran

    TurnRunner.run = witnessed  # type: ignore[method-assign] # this process is there to be looked at


def notes(file: Path) -> list[dict[str, Any]]:
    """What was written down so far."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


if __name__ == "__main__":
    witness(Path(os.environ[FILE]), int(os.environ[HOLD]))
    main()
