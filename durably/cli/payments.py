"""The book of a payment gateway."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from durably.cli.journal import Journal

Entry = dict[str, Any]


class Book:
    """What became of every key, in a file that outlives the process.

    Args:
        file: Where it is kept; the last line of a key is what holds.
    """

    def __init__(self, file: Path) -> None:
        self._journal = Journal(file)
        self._entries = {entry["key"]: entry for entry in self._journal.entries()}

    def find(self, key: str) -> Entry | None:
        """What became of a key, or None where it was never used."""
        return self._entries.get(key)

    def entries(self) -> list[Entry]:
        """Every key that was used, oldest first."""
        return list(self._entries.values())

    def charge(self, key: str, order: Entry, *, declined: str | None = None) -> Entry:
        """Charge, or decline for a reason.

        Raises:
            OSError: It cannot be written; nothing is charged then.
        """
        status = "declined" if declined else "charged"
        return self._write({"key": key, "payment_id": uuid4().hex, "status": status, "reason": declined, **order})

    def void(self, key: str) -> Entry:
        """Give back what was charged, and let nothing be charged under the key any more.

        Raises:
            OSError: It cannot be written; nothing is voided then.
        """
        known = self._entries.get(key, {"key": key, "payment_id": uuid4().hex, "reason": None})
        return known if known.get("status") == "voided" else self._write({**known, "status": "voided"})

    def _write(self, entry: Entry) -> Entry:
        stamped = {**entry, "at": datetime.now(UTC).isoformat()}
        self._journal.append(stamped)
        self._entries[entry["key"]] = stamped
        return stamped
