"""What becomes of open instances on another build, by workflow, version, and what is wrong."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from durably.cli.commands.candidate import Verdict
from durably.contracts.replays import Divergence

Key = tuple[str, str, str]
"""Workflow, version, and what is wrong; nothing where nothing is."""


@dataclass(slots=True)
class Group:
    """Instances of one version that have one thing wrong with them, or nothing."""

    workflow: str
    version: str
    instances: list[str] = field(default_factory=list)
    divergence: Divergence | None = None

    @property
    def broken(self) -> list[str]:
        """The instances that would break."""
        return self.instances if self.divergence else []

    @property
    def summary(self) -> str:
        """In one line."""
        count = len(self.instances)
        name = f"{self.workflow} {self.version}" if self.version else self.workflow
        return f"{name}  {count} instance{'s' if count != 1 else ''}"

    def report(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "workflow": self.workflow,
            "version": self.version or None,
            "passes": self.divergence is None,
            "instances": len(self.instances),
            "broken": self.broken,
            "divergence": self.divergence.model_dump(mode="json") if self.divergence else None,
        }


@dataclass(slots=True)
class Verdicts:
    """All of them.

    Attributes:
        gone: What new instances could not begin on.
        unreadable: Instances whose history could not be read, and why.
        ended: How many ended meanwhile.
    """

    gone: list[str]
    unreadable: dict[str, str] = field(default_factory=dict)
    ended: int = 0
    _groups: dict[Key, Group] = field(default_factory=dict)

    def add(self, instance_id: str, verdict: Verdict) -> None:
        """Take one in."""
        if not verdict.open:
            self.ended += 1
            return
        wrong = verdict.divergence
        version = verdict.version or ""
        key = (verdict.workflow, version, f"{wrong.step} {wrong.expected} {wrong.actual}" if wrong else "")
        group = self._groups.setdefault(key, Group(verdict.workflow, version, divergence=wrong))
        group.instances.append(instance_id)

    def unread(self, instance_id: str, why: str) -> None:
        """One whose history could not be read: nobody knows what becomes of it."""
        self.unreadable[instance_id] = why

    def groups(self) -> list[Group]:
        """By workflow and version, what passes first."""
        return [self._groups[key] for key in sorted(self._groups)]

    @property
    def passes(self) -> bool:
        """Whether nothing would break."""
        return not (self.gone or self.unreadable or any(group.broken for group in self._groups.values()))

    @property
    def summary(self) -> str:
        """In one line."""
        counts = Counter({True: 0, False: 0})
        for group in self._groups.values():
            counts[bool(group.broken)] += len(group.instances)
        unread = f", {len(self.unreadable)} could not be looked at" if self.unreadable else ""
        ended = f", {self.ended} ended meanwhile" if self.ended else ""
        return f"open instances: {counts[False]} pass, {counts[True]} would break{unread}{ended}"

    def report(self) -> dict[str, Any]:
        """As JSON."""
        groups = [group.report() for group in self.groups()]
        return {
            "passes": self.passes,
            "open": sum(group["instances"] for group in groups),
            "ended": self.ended,
            "gone": self.gone,
            "unreadable": self.unreadable,
            "groups": groups,
        }
