"""Where the output of supervised processes goes: a file each, and for people one stream with the names in front."""

from pathlib import Path
from typing import IO, Final, TextIO

from rich.console import Console

from durably.cli.watching import Onlooker

_COLOURS: Final = {"engine": "\x1b[35m", "worker": "\x1b[36m", "api": "\x1b[32m"}
_OWN_COLOUR: Final = "\x1b[1;33m"
_RESET: Final = "\x1b[0m"
_ROLL_AT: Final = 16 * 1024 * 1024


class LogFiles(Onlooker):
    """One file per process, appended to; what grew over 16 MiB is set aside as `NAME.log.1` at the next start.

    Args:
        folder: Where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, IO[str]] = {}

    def line(self, name: str, pid: int, text: str) -> None:  # noqa: ARG002 - the watcher's signature
        """Append a line. A disk that is full costs lines, not the process that wrote them."""
        try:
            self._file(name).write(text + "\n")
        except OSError:
            self._files.pop(name, None)

    def close(self) -> None:
        """Close all."""
        for file in self._files.values():
            file.close()

    def _file(self, name: str) -> IO[str]:
        if name not in self._files:
            path = self._folder / f"{name}.log"
            if path.exists() and path.stat().st_size > _ROLL_AT:
                path.replace(path.with_name(f"{name}.log.1"))
            self._files[name] = path.open("a", encoding="utf-8", buffering=1)
        return self._files[name]


class LogStream:
    """Lines of all processes on one stream.

    Args:
        out: The stream. If its reader goes away, lines are dropped and nothing else happens.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        console = Console(file=out)
        self._colour = console.color_system is not None and not console.no_color

    def write(self, name: str, text: str) -> None:
        """Show a line; `durably` is what the supervisor itself says."""
        label = f"{name:<7} |"
        if self._colour:
            label = f"{_COLOURS.get(name, _OWN_COLOUR)}{label}{_RESET}"
        try:
            self._out.write(f"{label} {text}\n")
            self._out.flush()
        except (OSError, ValueError):
            return
