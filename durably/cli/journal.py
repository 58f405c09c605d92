"""JSON lines in a file that outlives the process."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


def nobody(_: str, **__: Any) -> None:
    """Whom a receiver tells of an entry where nobody listens; a logger's method stands in its place."""


class Journal:
    """Entries, one line each, in their order.

    Args:
        file: Where they are kept. A torn line, whose sender never had an answer, does not count.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def append(self, entry: Entry) -> None:
        """Keep an entry.

        Raises:
            OSError: It cannot be written.
        """
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def entries(self) -> Iterator[Entry]:
        """What is in the file; ends a torn line, so that the next entry is none."""
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        if text and not text.endswith("\n"):
            with self._file.open("a", encoding="utf-8") as file:
                file.write("\n")
        for line in text.splitlines():
            with suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict) and "key" in entry:
                    yield entry
