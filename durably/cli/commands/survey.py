"""What is not well among many instances: grouped by verdict, with numbers and a few examples."""

from collections import Counter
from typing import Any, Final

from durably.cli.commands.explaining import verdict_cell
from durably.cli.commands.output import note, say, styled
from durably.cli.commands.text import printable

_EXAMPLES: Final = 3


class Survey:
    """The diagnoses of many instances; of those that are well only the number is kept.

    Attributes:
        unwell: The diagnoses of those that are not.
        unreadable: Those that could not be looked at, and why.
    """

    def __init__(self) -> None:
        self.unwell: list[dict[str, Any]] = []
        self.unreadable: dict[str, str] = {}
        self._counts: Counter[tuple[str, str, bool]] = Counter()

    def add(self, diagnosis: dict[str, Any]) -> None:
        """One more."""
        self._counts[diagnosis["verdict"], diagnosis.get("workflow") or "", diagnosis["healthy"]] += 1
        if not diagnosis["healthy"]:
            self.unwell.append(diagnosis)

    def unread(self, instance_id: str, why: str) -> None:
        """One that could not be looked at."""
        self.unreadable[instance_id] = why

    def report(self) -> dict[str, Any]:
        """As JSON."""
        counts = [
            {"verdict": verdict, "workflow": workflow or None, "healthy": healthy, "count": count}
            for (verdict, workflow, healthy), count in sorted(self._counts.items())
        ]
        return {
            "looked_at": self._counts.total(),
            "counts": counts,
            "diagnoses": self._oldest_first(self.unwell),
            "unreadable": self.unreadable,
        }

    def tell(self) -> None:
        """For people."""
        for verdict, count in Counter(one["verdict"] for one in self.unwell).most_common():
            cell = verdict_cell(verdict, healthy=False)
            say(styled(f"{cell.text}: {count:,}", cell.style))
            group = self._oldest_first([one for one in self.unwell if one["verdict"] == verdict])
            for one in group[:_EXAMPLES]:
                say(printable(f"  {one['instance_id']}  {one.get('workflow') or ''}  {one['summary']}"))
            if count > _EXAMPLES:
                say(f"  and {count - _EXAMPLES:,} more")
        total = self._counts.total()
        if self.unwell:
            note(f"{len(self.unwell):,} of {total:,} need somebody; `durably why ID` says of one what to type.")
        else:
            note(f"{total:,} looked at, and all is well.")
        for instance_id, why in self.unreadable.items():
            note(printable(f"{instance_id} could not be looked at: {why}"))

    @staticmethod
    def _oldest_first(diagnoses: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(diagnoses, key=lambda one: (one.get("since") or one["at"], one["instance_id"]))
