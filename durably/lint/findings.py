"""What a check finds: where, against which rule, by which way, and what to do about it."""

import ast
from dataclasses import dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file. Lines and columns begin at 1; columns count characters; the end is behind the last one."""

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, node: ast.AST, lines: tuple[str, ...]) -> Self:
        """The place of a syntax node, whose columns count bytes."""
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        start = _characters(lines, line, getattr(node, "col_offset", 0))
        end = _characters(lines, end_line, getattr(node, "end_col_offset", None) or 0)
        return cls(line, start + 1, end_line, end + 1)


def _characters(lines: tuple[str, ...], line: int, count: int) -> int:
    text = lines[line - 1] if line <= len(lines) else ""
    return len(text.encode()[:count].decode(errors="ignore"))


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text that replaces a place; a place without extent is an insertion."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that is safe to make by itself.

    Args:
        says: What it does, for people.
        edits: The changes; they do not overlap.
    """

    says: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation of one rule.

    Args:
        path: The file, as it was given.
        span: Where in it.
        rule: The rule's id.
        message: What is wrong, in one sentence.
        hint: What to do instead.
        chain: The workflow and the functions through which it gets here; the last one holds the line.
        excerpt: The line itself.
        fix: The change that `--fix` makes; None where only a person can decide.
    """

    path: str
    span: Span
    rule: str
    message: str
    hint: str = ""
    chain: tuple[str, ...] = ()
    excerpt: str = ""
    fix: Fix | None = field(default=None, compare=False)

    def key(self) -> tuple[str, Span, str]:
        """How findings are sorted."""
        return self.path, self.span, self.rule

    def shown_in(self, lines: tuple[str, ...]) -> Self:
        """The same with its excerpt."""
        text = lines[self.span.line - 1] if self.span.line <= len(lines) else ""
        return replace(self, excerpt=text.rstrip())

    def document(self) -> dict[str, Any]:
        """As JSON says it."""
        return {
            "file": self.path,
            "line": self.span.line,
            "column": self.span.column,
            "end_line": self.span.end_line,
            "end_column": self.span.end_column,
            "rule": self.rule,
            "message": self.message,
            "hint": self.hint,
            "chain": list(self.chain),
            "excerpt": self.excerpt.strip(),
            "fix": self.fix.says if self.fix else None,
        }
