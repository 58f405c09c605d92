"""Everything that must survive a `kill -9`, in one SQLite file.

One group commit takes all that arrived in one turn of the event loop, and nothing is answered or handed out before
it. WAL with `synchronous=NORMAL` loses nothing when a process dies; only a power cut can cost the last moments.
"""

import asyncio
import fcntl
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from durably.embedded.instance import Instance
from durably.engine.sdk import messages as pb

Operation = tuple[str, tuple[Any, ...]]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS instances (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, ended INTEGER NOT NULL,
    generation INTEGER NOT NULL, state BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS open_instances ON instances (id) WHERE ended = 0;
CREATE TABLE IF NOT EXISTS history (
    id TEXT NOT NULL, position INTEGER NOT NULL, event BLOB NOT NULL, PRIMARY KEY (id, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, event BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS inbox_by_id ON inbox (id);
CREATE TABLE IF NOT EXISTS items (
    key TEXT PRIMARY KEY, value BLOB NOT NULL, etag INTEGER NOT NULL) WITHOUT ROWID;
"""
_PUT: Final = """
INSERT INTO instances (id, ended, generation, state) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
SET ended = excluded.ended, generation = excluded.generation, state = excluded.state
"""
_LOAD: Final = "SELECT id, generation, state FROM instances WHERE"
_CHECKPOINT_EVERY_S: Final = 5.0


class Store:
    """The SQLite file.

    Args:
        path: The file; made if it is not there.

    Raises:
        sqlite3.Error: It cannot be opened.
        RuntimeError: Another engine has it: each would hold the other's instances as they were when it started.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # Beside the file: closing any handle on the file itself would give up SQLite's own locks.
        self._lock = os.open(f"{path}-lock", os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RuntimeError(f"{path} is in use by another engine; stop that one, or give another --db") from error
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "wal_autocheckpoint=0", "busy_timeout=5000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)
        self._pending: list[Operation] = []
        self._after: list[Callable[[], None]] = []
        self._scheduled = False

    def write(self, operations: Iterable[Operation], then: Callable[[], None]) -> None:
        """Write in the next group commit, and call `then` once it is durable."""
        self._pending.extend(operations)
        self._after.append(then)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Commit what is pending. A store that cannot write ends the process: memory must never be ahead of it."""
        self._scheduled = False
        pending, self._pending = self._pending, []
        after, self._after = self._after, []
        if pending:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                for sql, parameters in pending:
                    self._db.execute(sql, parameters)
                self._db.execute("COMMIT")
            except sqlite3.Error:
                logging.getLogger(__name__).critical("cannot write %s; stopping", self._path, exc_info=True)
                os._exit(74)  # EX_IOERR
        for callback in after:
            callback()

    def read(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query, over everything that was written before it."""
        self.flush()
        return self._db.execute(sql, parameters).fetchall()

    async def keep_checkpointing(self) -> None:
        """Move the log into the file now and then, on a thread: the bulk beside the writer, then the rest in its way.

        Without the second step a log that is written all the time would never begin anew. Neither waits for a reader.
        """
        while True:
            await asyncio.sleep(_CHECKPOINT_EVERY_S)
            await asyncio.to_thread(self._checkpoint)

    def _checkpoint(self) -> None:
        with closing(sqlite3.connect(self._path, timeout=0)) as db:
            for mode in ("PASSIVE", "RESTART"):
                db.execute(f"PRAGMA wal_checkpoint({mode})")

    def close(self) -> None:
        """Commit what is pending and close the file."""
        self.flush()
        self._db.close()
        os.close(self._lock)

    def open_instances(self) -> list[Instance]:
        """Every instance that has not ended, as it was when the last commit was made."""
        return [self._load(*row) for row in self.read(f"{_LOAD} ended = 0")]

    def instance(self, instance_id: str) -> Instance | None:
        """An instance with its history, as it was last written."""
        return next((self._load(*row) for row in self.read(f"{_LOAD} id = ?", instance_id)), None)

    def state(self, instance_id: str) -> Any | None:
        """The `WorkflowState` message of an instance as it was last written, or None."""
        rows = self.read("SELECT state FROM instances WHERE id = ?", instance_id)
        return pb.WorkflowState.FromString(rows[0][0]) if rows else None

    def page(self, size: int, before: int | None) -> list[tuple[int, str]]:
        """Sequence numbers and ids of instances, newest first."""
        sql = "SELECT seq, id FROM instances WHERE seq < ? ORDER BY seq DESC LIMIT ?"
        return [(seq, instance_id) for seq, instance_id in self.read(sql, before or 2**62, size)]

    def _load(self, instance_id: str, generation: int, state: bytes) -> Instance:
        history = self._events("SELECT event FROM history WHERE id = ? ORDER BY position", instance_id)
        inbox = self._events("SELECT event FROM inbox WHERE id = ? ORDER BY seq", instance_id)
        return Instance.recovered(pb.WorkflowState.FromString(state), generation, history, inbox)

    def _events(self, sql: str, instance_id: str) -> list[Any]:
        return [pb.HistoryEvent.FromString(event) for (event,) in self.read(sql, instance_id)]


def put_instance(instance: Instance) -> Operation:
    """Write the instance's row."""
    return _PUT, (instance.id, int(instance.ended), instance.generation, instance.state().SerializeToString())


def append_history(instance: Instance, start: int) -> list[Operation]:
    """Write the history from a position on."""
    return [
        ("INSERT INTO history VALUES (?, ?, ?)", (instance.id, position, event.SerializeToString()))
        for position, event in enumerate(instance.history[start:], start)
    ]


def add_to_inbox(instance_id: str, event: Any) -> Operation:
    """Write one event that waits for the instance's next turn."""
    return ("INSERT INTO inbox (id, event) VALUES (?, ?)", (instance_id, event.SerializeToString()))


def clear_inbox(instance_id: str) -> Operation:
    """Forget what waited; what still waits is added again."""
    return ("DELETE FROM inbox WHERE id = ?", (instance_id,))


def clear_history(instance_id: str) -> Operation:
    """Forget the history, for an instance that continues as new."""
    return ("DELETE FROM history WHERE id = ?", (instance_id,))


def forget(instance_id: str) -> list[Operation]:
    """Forget the instance altogether."""
    row: Operation = ("DELETE FROM instances WHERE id = ?", (instance_id,))
    return [row, clear_history(instance_id), clear_inbox(instance_id)]
