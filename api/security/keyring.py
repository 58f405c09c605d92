"""The API keys that are good now: a file that changes is read again."""

import time
from pathlib import Path
from typing import Any, Final

import structlog

from api.security.callers import Caller
from api.security.keys import ApiKey, KeysError, owner, parsed

_LOOK_S: Final = 5.0
"""How long a change of the file may go unnoticed; Kubernetes itself takes about a minute to bring a Secret's."""

_Version = tuple[int, int, int]


class Keyring:
    """Keys from the configuration and from a file.

    Args:
        inline: Entries as JSON, or nothing.
        file: A file with entries as JSON, or none.
        look_s: Seconds between two looks at the file.

    Raises:
        KeysError: Something of it cannot be used.
    """

    def __init__(self, *, inline: str | None, file: Path | None, look_s: float = _LOOK_S) -> None:
        self._inline = parsed(inline) if inline else ()
        self._file = file
        self._look_s = look_s
        self._looked = time.monotonic()
        self._version = _version(file)
        self._filed = read(file) if file else ()
        self._log: Any = structlog.get_logger()

    def owner(self, token: str) -> Caller:
        """Whose key it is. Raises `UnauthorizedError` where it is nobody's."""
        self._look()
        return owner(token, (*self._inline, *self._filed))

    def _look(self) -> None:
        if self._file is None or time.monotonic() - self._looked < self._look_s:
            return
        self._looked = time.monotonic()
        version = _version(self._file)
        if version == self._version:
            return
        self._version = version
        try:
            self._filed = read(self._file)
        except KeysError as error:  # half written, or wrong: those who could get in still can, and the log says it
            self._log.error("api_keys_not_read", file=str(self._file), reason=str(error))
        else:
            self._log.info("api_keys_read", file=str(self._file), names=sorted({key.name for key in self._filed}))


def read(file: Path) -> tuple[ApiKey, ...]:
    """The entries of a file.

    Raises:
        KeysError: It cannot be read, or is not what it should be.
    """
    try:
        return parsed(file.read_bytes())
    except OSError as error:
        raise KeysError(f"cannot read {file}: {error.strerror}") from error


def _version(file: Path | None) -> _Version | None:
    """What differs once a file was written, or, as Kubernetes does it, replaced."""
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found else None
