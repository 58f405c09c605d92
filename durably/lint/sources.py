"""The files of a tree, read as Python reads them; what cannot be read is told, never raised."""

import ast
import io
import os
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

_LEFT_OUT: Final = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "env", "build", "dist"})
TOO_DEEP: Final = "it is nested too deeply to be read"
_VIRTUAL: Final = "pyvenv.cfg"


@dataclass(frozen=True)
class Source:
    """One file.

    Args:
        path: Where it is, with every link followed.
        shown: How it is named to people.
        text: What stands in it; empty where it cannot be read.
        encoding: In what it was written.
        tree: Its syntax; None where it has none.
        problem: Why not, and in which line.
    """

    path: Path
    shown: str
    text: str = ""
    encoding: str = "utf-8"
    tree: ast.Module | None = None
    problem: tuple[int, str] | None = None

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines as Python counts them, each with its end."""
        return tuple(io.StringIO(self.text, newline=""))


def files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Each Python file once, with the name to show it by; a folder is gone through, links included, loops not.

    What begins with a dot, virtual environments and built things are left out, unless they are given by name.

    Args:
        paths: Files and folders.
    """
    seen: set[Path] = set()
    for given in paths:
        found = _below(given, set()) if given.is_dir() else iter((given,))
        for path in found:
            real = Path(os.path.realpath(path))  # a link to itself is one to tell of, where `resolve` would raise
            if real not in seen:
                seen.add(real)
                yield real, str(path)


def _below(folder: Path, visited: set[Path]) -> Iterator[Path]:
    real = folder.resolve()
    if real in visited:
        return
    visited.add(real)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        if path.is_dir():
            if not _left_out(path):
                yield from _below(path, visited)
        elif path.suffix == ".py" and (path.is_file() or _leads_nowhere(path)):
            yield path


def _leads_nowhere(path: Path) -> bool:
    """Whether it is a link without an end, which is told; what begins with a dot is the lock file of an editor."""
    return path.is_symlink() and not path.exists() and not path.name.startswith(".")


def _left_out(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _LEFT_OUT or (folder / _VIRTUAL).exists()


def plain(text: str) -> str:
    """A text with the line ends that Python's own parser counts by."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(path: Path, shown: str) -> Source:
    """One file, whatever stands in it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Source(path, shown, problem=(1, f"it cannot be read: {error.strerror}"))
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return Source(path, shown, problem=(1, f"it is no text in its encoding: {error}"))
    return parsed(path, shown, text, encoding)


def parsed(path: Path, shown: str, text: str, encoding: str = "utf-8") -> Source:
    """A file of which the text is known already."""
    try:
        with warnings.catch_warnings():  # an invalid escape is not our subject
            warnings.simplefilter("ignore")
            tree = ast.parse(plain(text))
    except SyntaxError as error:
        return Source(path, shown, text, encoding, problem=(error.lineno or 1, f"it is no Python: {error.msg}"))
    except ValueError as error:
        return Source(path, shown, text, encoding, problem=(1, f"it is no Python: {error}"))
    except (RecursionError, MemoryError):
        return Source(path, shown, text, encoding, problem=(1, TOO_DEEP))
    return Source(path, shown, text, encoding, tree)
