"""What Prometheus reads of work that is held back."""

from collections.abc import Iterable

from durably.contracts.held_back import HeldBack, HoldKind
from durably.telemetry.families import Maker


class HoldMetrics:
    """How often work was held back, and how much of it there is now.

    Args:
        make: Makes metrics where those of the worker are.
        other: The label of workflows that are not declared, as anybody can make up names.
    """

    def __init__(self, make: Maker, *, other: str) -> None:
        self._other = other
        self._count = make.counter(
            "held_back_total", "Turns and activities held back, as no code here fits them.", "workflow", "reason"
        )
        self._now = make.gauge("work_held_back", "Turns and activities that are held back now.")
        self._workflows: frozenset[str] = frozenset()

    def declare(self, workflows: Iterable[str]) -> None:
        """Begin with zeros, and with the names that may be labels."""
        self._workflows = frozenset(workflows)
        for workflow in (*self._workflows, self._other):
            for kind in HoldKind:
                self._count(workflow, kind.value)

    def count(self, held: HeldBack) -> None:
        """Count one piece of work."""
        workflow = held.workflow if held.workflow in self._workflows else None
        self._count(workflow or self._other, held.kind.value).inc()

    def set_now(self, count: int) -> None:
        """So many pieces are held back now."""
        self._now().set(count)
