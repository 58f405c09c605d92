"""What a webhook receiver was sent, in a file."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Delivery = dict[str, Any]


class Inbox:
    """Every delivery, one JSON line each, in a file that outlives the process.

    A key is accepted once, so that a sender may repeat what it got no answer to; a repetition is noted as a duplicate.

    Args:
        file: Where they are kept. A torn line, whose delivery was never answered, does not count.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._accepted: dict[str, Delivery] = {}
        self._deliveries: list[Delivery] = []
        self._load()

    def accept(self, key: str, body: Any) -> bool:
        """Keep a notification; False if its key was accepted before, in which case it is only noted.

        Raises:
            OSError: It cannot be written; it is then not accepted.
        """
        entry = {"key": key, "received_at": datetime.now(UTC).isoformat(), "body": body}
        if key in self._accepted:
            entry["duplicate"] = True
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
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

    def _load(self) -> None:
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        if text and not text.endswith("\n"):
            with self._file.open("a", encoding="utf-8") as file:
                file.write("\n")
        for line in text.splitlines():
            with suppress(ValueError, TypeError, KeyError):
                self._remember(json.loads(line))
