from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final

from durably.contracts.instances import InstanceStatus, InstanceView
from durably.telemetry.metrics import UNKNOWN_WORKFLOW, WorkflowMetrics

Kind = tuple[str, str]
"""A workflow and a status."""

_WAITING_ON_PURPOSE: Final = InstanceStatus.SUSPENDED
"""Somebody paused it; that nothing happens is what was asked for."""


class Tally:
    """What one count came to, as `durably_instances`, `durably_instances_stuck` and `durably_instance_idle_seconds`.

    Args:
        metrics: What is filled.
        workflows: The registered names, the only ones that become labels.
        stuck_after_s: Seconds without an event in its history after which an instance counts as stuck.
        clock: The time now.
    """

    def __init__(
        self,
        metrics: WorkflowMetrics,
        *,
        workflows: frozenset[str],
        stuck_after_s: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._metrics = metrics
        self._workflows = workflows
        self._stuck_after_s = stuck_after_s
        self._clock = clock
        self._shown: set[Kind] = set()
        self._idle_s: dict[str, list[float]] = {}

    def begin(self) -> None:
        """A new count."""
        self._idle_s = {workflow: [] for workflow in (*self._workflows, UNKNOWN_WORKFLOW)}

    def note(self, view: InstanceView) -> None:
        """An instance is like this."""
        if not view.status.has_ended and view.status is not _WAITING_ON_PURPOSE:
            idle_s = max(0.0, (self._clock() - view.updated_at).total_seconds())
            self._idle_s[self._label(view.workflow)].append(idle_s)

    def show(self, found: Counter[Kind]) -> None:
        """The count is over: so many there are of each kind."""
        counted: Counter[Kind] = Counter()
        for (workflow, status), count in found.items():
            counted[self._label(workflow), status] += count
        for kind in self._shown | counted.keys():
            self._metrics.instances(*kind).set(counted[kind])
        self._shown |= counted.keys()
        for workflow, idle_s in self._idle_s.items():
            self._metrics.instances_stuck(workflow).set(sum(s > self._stuck_after_s for s in idle_s))
            self._metrics.instance_idle(workflow).set(max(idle_s, default=0))

    def _label(self, workflow: str) -> str:
        return workflow if workflow in self._workflows else UNKNOWN_WORKFLOW
