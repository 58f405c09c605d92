"""What has to hold before anything is started; each failure is one line that says what to do."""

import fcntl
import ipaddress
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from durably.cli.exits import UsageError

OLDEST_PYTHON: Final = (3, 11)
EXIT_CANNOT_START: Final = 2
"""The exit code when something has to be changed before it can start: an option, a port, a folder, the Python."""


class StartError(UsageError):
    """It cannot start as it was asked to; the message is one line for the person who asked."""


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Refuse a Python that the code does not run on.

    Raises:
        StartError: It is too old.
    """
    if version < OLDEST_PYTHON:
        found, needed = (".".join(map(str, v)) for v in (version, OLDEST_PYTHON))
        raise StartError(f"this is Python {found}, Durably needs {needed} or newer; try PYTHON=python{needed} make run")


def check_loopback(host: str) -> None:
    """Refuse an address that other machines could reach: the stack has no authentication.

    Raises:
        StartError: It is not a loopback address.
    """
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise StartError(f"--host {host} is not a loopback address; the development stack is for this machine alone")


@contextmanager
def owned_folder(folder: Path, *, variable: str = "DURABLY_DEV_DATA") -> Iterator[None]:
    """Make the data folder, and keep every other `durably` out of it for as long as the context lasts.

    The lock is the kernel's, on an open file, so it is gone with this process however that ends.

    Args:
        folder: The folder.
        variable: The environment variable that names it, for messages.

    Raises:
        StartError: The folder cannot be written to, or another process has it.
    """
    try:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+")
    except OSError as error:
        raise _unwritable(folder, variable, error) from error
    with lock:
        _take(lock, folder, variable)
        yield


def _take(lock: IO[str], folder: Path, variable: str) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
    except BlockingIOError as error:
        lock.seek(0)
        owner = lock.read() or "unknown"
        raise StartError(
            f"{folder} is in use by another durably (PID {owner}); "
            f"stop that one, or choose another folder with --data or {variable}"
        ) from error
    except OSError as error:
        raise _unwritable(folder, variable, error) from error


def _unwritable(folder: Path, variable: str, error: OSError) -> StartError:
    return StartError(f"cannot write to {folder} ({error.strerror}); choose another folder with --data or {variable}")
