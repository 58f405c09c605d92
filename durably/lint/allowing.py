"""`# durably: allow[RULE] reason`: a violation that somebody answers for."""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from durably.lint.findings import Finding, Span
from durably.lint.rulebook import RULES
from durably.lint.sources import Source, plain

_COMMENT: Final = re.compile(r"(?:^|\s)#\s*durably:\s*allow\b\s*(?P<rest>.*)")
_COMPLETE: Final = re.compile(r"\[(?P<rules>[^\]]*)\]\s*(?P<reason>.*)")
_QUICK: Final = re.compile(r"#\s*durably:\s*allow")
_FORM: Final = "write `# durably: allow[RULE] reason`, on the line or on a line of its own above it"


@dataclass(frozen=True, slots=True)
class _Allowance:
    span: Span
    applies_to: range
    rules: tuple[str, ...]
    reason: str
    excerpt: str


def allowed(findings: Iterable[Finding], sources: Iterable[Source]) -> Iterator[Finding]:
    """What is left of the findings, and what is wrong with the comments themselves.

    Args:
        findings: What was found.
        sources: The files.
    """
    by_file: dict[str, list[Finding]] = {}
    for one in findings:
        by_file.setdefault(one.path, []).append(one)
    for source in sources:
        yield from _in_file(source, by_file.pop(source.shown, []))
    for rest in by_file.values():
        yield from rest


def _in_file(source: Source, findings: list[Finding]) -> Iterator[Finding]:
    allowances = list(_allowances(source))
    used: set[tuple[_Allowance, str]] = set()
    for finding in findings:
        covering = [one for one in allowances if one.reason and _covers(one, finding)]
        used |= {(one, finding.rule) for one in covering}
        if not covering:
            yield finding
    for one in allowances:
        yield from (_told(source, one, says) for says in _problems(one, used))


def _covers(allowance: _Allowance, finding: Finding) -> bool:
    return finding.rule in allowance.rules and (
        finding.span.line < allowance.applies_to.stop and allowance.applies_to.start <= finding.span.end_line
    )


def _problems(one: _Allowance, used: set[tuple[_Allowance, str]]) -> Iterator[str]:
    if not one.rules:
        yield "this comment does not say which rule it allows to break"
    for rule in one.rules:
        if rule not in RULES:
            yield f"there is no rule {rule}"
        elif not one.reason:
            yield f"{rule} is allowed here without a reason, and so is not"
        elif (one, rule) not in used:
            yield f"{rule} is allowed here, but nothing breaks it any more"


def _told(source: Source, one: _Allowance, says: str) -> Finding:
    return Finding(source.shown, one.span, "ALLOW", says, _FORM, excerpt=one.excerpt)


def _allowances(source: Source) -> Iterator[_Allowance]:
    if not _QUICK.search(source.text):
        return
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(plain(source.text)).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    statements = _statements(tokens)
    for token in tokens:
        match = _COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
        if match:
            yield _allowance(token, match["rest"], _applies_to(token.start[0], statements))


def _statements(tokens: list[tokenize.TokenInfo]) -> list[list[int]]:
    """The lines of each statement that have code in them; of one with others below it those of its head."""
    found: list[list[int]] = [[]]
    for token in tokens:
        if token.type == tokenize.NEWLINE:
            found.append([])
        elif token.string.strip() and token.type not in {tokenize.COMMENT, tokenize.NL}:
            found[-1] += range(max(token.start[0], *found[-1][-1:], 1), token.end[0] + 1)
    return [lines for lines in found if lines]


def _applies_to(line: int, statements: list[list[int]]) -> range:
    """The lines that a comment is about: above a statement and at its end it is all of it, within it the line."""
    for lines in statements:
        first, last = lines[0], lines[-1]
        if line < first or line == last:
            return range(first, last + 1)
        if line < last:
            near = next(one for one in lines if one >= line)
            return range(near, near + 1)
    return range(line, line + 1)


def _allowance(token: tokenize.TokenInfo, rest: str, applies_to: range) -> _Allowance:
    match = _COMPLETE.match(rest)
    rules = tuple(one.strip() for one in match["rules"].split(",") if one.strip()) if match else ()
    reason = match["reason"].strip() if match else ""
    span = Span(token.start[0], token.start[1] + 1, token.end[0], token.end[1] + 1)
    return _Allowance(span, applies_to, rules, reason, token.line.rstrip())
