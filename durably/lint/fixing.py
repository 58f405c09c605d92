"""The changes that are safe, written into the files."""

import ast
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from durably.lint.findings import Edit, Finding, Fix
from durably.lint.sources import plain, read


def fix(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Make the changes that the findings bring; return those whose change was made.

    A file is written only if it is Python afterwards. Of changes that overlap the first is made: check again, and fix
    again, until nothing is left.

    Args:
        findings: What was found.
    """
    by_file: dict[str, list[Finding]] = {}
    for one in findings:
        if one.fix is not None:
            by_file.setdefault(one.path, []).append(one)
    return tuple(done for path, some in by_file.items() for done in _fix_file(Path(path), some))


def _fix_file(path: Path, findings: list[Finding]) -> list[Finding]:
    source = read(path, str(path))
    done: list[Finding] = []
    edits: list[Edit] = []
    for one in findings:
        if one.fix is not None and not _overlaps(one.fix, edits):
            edits += one.fix.edits
            done.append(one)
    if not _is_python(_applied(source.lines, edits)):
        done = _harmless(source.lines, done)
        edits = [edit for one in done if one.fix for edit in one.fix.edits]
    if done:
        _write(path, _applied(source.lines, edits).encode(source.encoding))
    return done


def _harmless(lines: tuple[str, ...], findings: list[Finding]) -> list[Finding]:
    """Those whose changes leave Python: one that does not must not cost the others theirs."""
    kept: list[Finding] = []
    edits: list[Edit] = []
    for one in findings:
        more = [*edits, *(one.fix.edits if one.fix else ())]
        if _is_python(_applied(lines, more)):
            kept.append(one)
            edits = more
    return kept


def _is_python(text: str) -> bool:
    try:
        ast.parse(plain(text))
    except SyntaxError:
        return False
    return True


def _overlaps(fix: Fix, edits: list[Edit]) -> bool:
    return any(_start(new) <= _end(old) and _start(old) <= _end(new) for new in fix.edits for old in edits)


def _start(edit: Edit) -> tuple[int, int]:
    return edit.span.line, edit.span.column


def _end(edit: Edit) -> tuple[int, int]:
    return edit.span.end_line, edit.span.end_column


def _applied(lines: tuple[str, ...], edits: list[Edit]) -> str:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = "".join(lines)
    place: Callable[[tuple[int, int]], int] = lambda at: starts[at[0] - 1] + at[1] - 1  # noqa: E731
    for edit in sorted(edits, reverse=True):
        added = edit.text.replace("\n", _line_end(lines[edit.span.line - 1]) or _line_end(lines[0]))
        text = text[: place(_start(edit))] + added + text[place(_end(edit)) :]
    return text


def _line_end(line: str) -> str:
    """How a line ends; the last one of a file may not."""
    return line[len(line.rstrip("\r\n")) :]


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, with the rights that the file had; a link stays one."""
    real = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).chmod(real.stat().st_mode)
        Path(name).replace(real)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
