"""What a webhook receiver was sent, in a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from durably.cli.journal import Journal

Delivery = dict[str, Any]


class Inbox:
    """Every delivery, one JSON line each, in a file that outlives the process.

    A key is accepted once, so that a sender may repeat what it got no answer to; a repetition is noted as a duplicate.

    Args:
        file: Where they are kept.
    """

    def __init__(self, file: Path) -> None:
        self._journal = Journal(file)
        self._accepted: dict[str, Delivery] = {}
        self._deliveries: list[Delivery] = []
        for entry in self._journal.entries():
            self._remember(entry)

    def accept(self, key: str, body: Any) -> bool:
        """Keep a notification; False if its key was accepted before, in which case it is only noted.

        Raises:
            OSError: It cannot be written; it is then not accepted.
        """
        entry = {"key": key, "received_at": datetime.now(UTC).isoformat(), "body": body}
        if key in self._accepted:
            entry["duplicate"] = True
        self._journal.append(entry)
        self._remember(entry)
        return "duplicate" not in entry

    def entries(self) -> list[Delivery]:
        """All that was accepted, oldest first."""
        return list(self._accepted.values())

    def deliveries(self) -> list[Delivery]:
        """All that came, duplicates among it, oldest first."""
        return self._deliveries

    def _remember(self, entry: Delivery) -> None:
        self._accepted.setdefault(entry["key"], entry)
        self._deliveries.append(entry)
