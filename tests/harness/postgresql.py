"""PostgreSQL as an actor state store, made known to Dapr as the chart's README says."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.harness.ports import free_port
from tests.harness.processes import Process, says

ENABLE: Final = "install PostgreSQL (`apt-get install postgresql`), then `make test`"
_DEBIAN: Final = Path("/usr/lib/postgresql")
_USER: Final = "postgres"
"""Whom Debian's package makes, and who has to run it where the tests are run by root, for whom it refuses to run."""
_FOLDERS: list[TemporaryDirectory[str]] = []
"""Where servers keep their data, until the tests end: not in pytest's own folders, into which nobody else can look."""


@cache
def binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, which Debian does not put on PATH; None if there is none."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = [initdb.parent for initdb in _DEBIAN.glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


def postgresql(folder: Path) -> tuple[Process, str]:
    """A server with a database of its own, and the connection string of that.

    Args:
        folder: Where its log goes.

    Raises:
        RuntimeError: There is no PostgreSQL here.
    """
    if (found := binaries()) is None:
        raise RuntimeError(f"There is no PostgreSQL here: {ENABLE}.")
    _FOLDERS.append(TemporaryDirectory(prefix="durably-postgresql-"))
    home, port = Path(_FOLDERS[-1].name), free_port()
    if not os.getuid():
        shutil.chown(home, _USER, _USER)
    initdb = [str(found / "initdb"), "--pgdata", str(home / "data"), "--username", _USER, "--auth", "trust"]
    subprocess.run(_unprivileged(initdb, home), check=True, stdout=subprocess.DEVNULL)
    command = [
        str(found / "postgres"), "-D", str(home / "data"), "-p", str(port),
        "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={home}",
    ]  # fmt: skip
    ready = says("database system is ready to accept connections")
    process = Process("postgresql", _unprivileged(command, home), log=folder / "postgresql.log", ready=ready)
    return process, f"host=127.0.0.1 port={port} user={_USER} database=postgres sslmode=disable"


def _unprivileged(command: list[str], home: Path) -> list[str]:
    """In a folder, too, that whoever runs it may enter, as both look around from where they are."""
    if os.getuid():
        return command
    return ["env", "-C", str(home), "setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups", *command]
