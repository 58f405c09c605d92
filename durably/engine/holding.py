"""What this host holds back instead of letting it fail: told once, and kept for whoever asks why."""

from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any, Final

from durably.contracts.held_back import HeldBack, HoldKind
from durably.contracts.observations import HostObserver

_REMEMBERED: Final = 10_000
"""How many holds the host remembers, so that it tells each once, however often the engine asks again."""

TURN: Final = -1
"""The task id of a turn."""

GOES_ON: Final = "It is held back, and goes on when a worker with the right code connects."

_PAUSE_S: Final = 2.0
_ASKED_A_SECOND: Final = 20
"""So many of the turns that are held back are asked for in a second, at most."""

_NAMED: Final = 20
"""So many names are listed in a message."""


class Holds:
    """The work that this host holds back.

    Args:
        observer: Told of each piece of work once, and of how many pieces there are whenever that changes.
    """

    def __init__(self, observer: HostObserver) -> None:
        self._observer = observer
        self._now: dict[tuple[str, int], HeldBack] = {}
        self._told: OrderedDict[tuple[str, int], HeldBack] = OrderedDict()

    def again(self, instance_id: str, kind: HoldKind, task_id: int = TURN, *, activity: str | None = None) -> bool:
        """Hold back once more what was held back for that reason before; False where it was not."""
        known = self._told.get((instance_id, task_id))
        if known is None or (known.kind, known.activity) != (kind, activity):
            return False
        self._keep(known, task_id)
        return True

    def hold(self, held: HeldBack, task_id: int = TURN) -> None:
        """Hold a turn back, or the activity with that task id, and tell the observer."""
        self._told[held.instance_id, task_id] = held
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        self._keep(held, task_id)
        self._observer.work_held_back(held)

    def let_go(self, instance_id: str, task_id: int = TURN) -> None:
        """It goes on. Should it be held back again, that is told again."""
        if self._told.pop((instance_id, task_id), None) is not None:
            self._now.pop((instance_id, task_id), None)
            self._observer.holding(len(self._now))

    @property
    def pause_s(self) -> float:
        """How long to keep the answer to a turn that the engine asks for again and again, in seconds.

        An instance takes no command while its turn is with a worker, so the pause is short as long as there are few.
        """
        return max(_PAUSE_S, len(self._now) / _ASKED_A_SECOND)

    def forget(self) -> None:
        """The work stream has ended, and all that was held back on it went back to the engine."""
        if self._now:
            self._now.clear()
            self._observer.holding(0)

    def now(self) -> tuple[HeldBack, ...]:
        """What is held back now, the longest held first."""
        return tuple(held for _, held in self.pieces())

    def pieces(self) -> tuple[tuple[int, HeldBack], ...]:
        """The same, each with its task id."""
        pieces = ((task_id, held) for (_, task_id), held in self._now.items())
        return tuple(sorted(pieces, key=lambda piece: piece[1].since))

    def _keep(self, held: HeldBack, task_id: int) -> None:
        self._now[held.instance_id, task_id] = held
        self._observer.holding(len(self._now))


def unregistered(request: Any, workflow: str | None, registered: list[str]) -> HeldBack:
    """What is known about an activity that this worker does not have.

    Args:
        request: The engine's `ActivityRequest`.
        workflow: The workflow that called it, where that is known.
        registered: The activities that it has.
    """
    listed = ", ".join(registered[:_NAMED]) + (", ..." if len(registered) > _NAMED else "")
    return HeldBack(
        instance_id=request.workflowInstance.instanceId,
        kind=HoldKind.ACTIVITY_NOT_REGISTERED,
        workflow=workflow,
        activity=request.name,
        expected=f"activity {request.name} (id {request.taskId})",
        actual=f"activities {listed}" if listed else "no activities",
        since=datetime.now(UTC),
        message=f"Activity {request.name} is not registered here. {GOES_ON}",
    )
