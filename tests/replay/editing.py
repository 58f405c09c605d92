"""Workflow code as somebody edited it: a copy of a released file, with another text in one place."""

import importlib.util
import inspect
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from durably.contracts.replays import Rehearsal
from durably.engine.recording import events_of
from durably.engine.registry import Registry, WorkflowDefinition
from durably.engine.rehearsal import rehearse
from tests.replay.recorder import HISTORIES
from tests.replay.test_released_versions import read


@dataclass(frozen=True)
class Edited:
    """An edited file, imported."""

    file: Path
    module: ModuleType

    def line(self, text: str) -> int:
        """The number of the only line that contains a text."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        numbers = [number for number, line in enumerate(lines, start=1) if text in line]
        assert len(numbers) == 1, (text, numbers)
        return numbers[0]

    def rehearsed(self, definition: str, history: str, **options: Any) -> Rehearsal:
        """A recorded history against one definition of the file."""
        workflow: WorkflowDefinition = getattr(self.module, definition)
        registry = Registry(workflows=(workflow,), activities=())
        return rehearse(registry, events_of(read(HISTORIES / f"{history}.json")), **options)


def edited(folder: Path, module: ModuleType, old: str, new: str, *, which: int = -1) -> Edited:
    """A copy of a module in which one of the places where a text stands has another.

    Args:
        folder: Where the copy goes.
        module: What is copied.
        old: The text, indentation included.
        new: What stands there instead.
        which: Which of several places; by default the last one.
    """
    source = inspect.getsource(module)
    pieces = source.split(old)
    assert len(pieces) > 1, f"{old!r} does not stand in {module.__name__}"
    place = which % (len(pieces) - 1)
    changed = old.join(pieces[: place + 1]) + new + old.join(pieces[place + 1 :])
    file = folder / "edited.py"
    file.write_text(changed, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("edited", file)
    assert spec is not None
    assert spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    return Edited(file, copy)
