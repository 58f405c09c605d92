"""The findings for people."""

from collections.abc import Iterator, Sequence

from durably.lint.findings import Finding


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Each finding with the line that it is about, how a workflow gets there, and what to do.

    Args:
        findings: What was found, sorted.
    """
    for one in findings:
        yield f"{one.path}:{one.span.line}:{one.span.column}: {one.rule} {one.message}"
        text = one.excerpt.strip()
        if text:
            margin = len(one.excerpt) - len(one.excerpt.lstrip())
            yield f"    {text}"
            yield "    " + " " * max(one.span.column - 1 - margin, 0) + "^" * _width(one, text, margin)
        if len(one.chain) > 1:
            yield f"    reached by {' → '.join(one.chain)}"
        if one.hint:
            yield f"    {one.hint}"
        if one.fix is not None:
            yield f"    --fix would: {one.fix.says}"
        yield ""


def _width(one: Finding, text: str, margin: int) -> int:
    whole = margin + len(text)
    end = one.span.end_column - 1 if one.span.end_line == one.span.line else whole
    return max(min(end, whole) - (one.span.column - 1), 1)


def summary(findings: Sequence[Finding], *, files: int, workflows: int, fixed: int) -> str:
    """The last line.

    Args:
        findings: What is left.
        files: How many were read.
        workflows: How many workflows are in them.
        fixed: How many findings were mended.
    """
    count = len(findings)
    found = "nothing found" if not count else f"{count} finding{'s' if count > 1 else ''}"
    mended = f", {fixed} fixed" if fixed else ""
    fixable = sum(one.fix is not None for one in findings)
    left = f"; --fix would mend {fixable}" if fixable else ""
    return f"{found}{mended} in {workflows} workflow{_s(workflows)} of {files} file{_s(files)}{left}"


def _s(number: int) -> str:
    return "" if number == 1 else "s"
