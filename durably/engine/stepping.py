"""A recorded history, replayed to be looked at step by step, with the code that ran."""

import inspect

from durably.contracts.recordings import Recording
from durably.contracts.replays import Rehearsal, Source, StepThrough
from durably.engine.recording import events_of
from durably.engine.registry import Registry, WorkflowFunction
from durably.engine.rehearsal import Rehearser


class Stepper:
    """Replays recordings with the code of one registry; as for a `Rehearser`, not between a turn and its report.

    Args:
        registry: The code.
    """

    def __init__(self, registry: Registry) -> None:
        self._rehearser = Rehearser(registry)
        self._runs = {(one.name, one.version): one.run for one in registry.workflows}

    def step_through(self, recording: Recording) -> StepThrough:
        """What the code saw at each step, and the first step that differs if one does.

        A history in which the workflow has not begun has no steps, and the name of the workflow is empty.

        Raises:
            ValueError: One of the recording's events is none.
        """
        if not recording.workflow:
            return StepThrough(rehearsal=Rehearsal(instance_id=recording.instance_id, workflow=""), source=None)
        rehearsal = self._rehearser.rehearse(
            events_of(recording), instance_id=recording.instance_id, live=False, lines=True
        )
        return StepThrough(rehearsal=rehearsal, source=self._source(rehearsal))

    def _source(self, rehearsal: Rehearsal) -> Source | None:
        run = self._runs.get((rehearsal.workflow, rehearsal.version or ""))
        return source_of(run) if run is not None else None


def source_of(run: WorkflowFunction) -> Source | None:
    """The code of a function; None where only its bytecode is there, or it is no function of Python's."""
    run = inspect.unwrap(run)
    try:
        lines, first = inspect.getsourcelines(run)
        file = inspect.getsourcefile(run)
    except (OSError, TypeError):
        return None
    return Source(file=file or "", first_line=first, lines=tuple(line.rstrip() for line in lines))
