"""The findings as SARIF 2.1.0, which code scanners and editors read."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final

from durably.lint.findings import Edit, Finding, Span
from durably.lint.rulebook import RULES, Rule

VERSION: Final = "2.1.0"
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Iterable[Finding], *, version: str) -> dict[str, Any]:
    """The document.

    Args:
        findings: What was found.
        version: Of Durably.
    """
    driver = {
        "name": "durably lint",
        "version": version,
        "rules": [_rule(rule) for rule in RULES.values()],
    }
    results = [_result(one) for one in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": VERSION, "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.hint},
        "defaultConfiguration": {"level": "error"},
    }


def _result(one: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": list(RULES).index(one.rule),
        "level": "error",
        "message": {"text": f"{one.message}. {_chain(one)}{one.hint}"},
        "locations": [{"physicalLocation": _place(one.path, one.span)}],
    }
    if one.fix is not None:
        replacements = [_replacement(edit) for edit in one.fix.edits]
        change = {"artifactLocation": _file(one.path), "replacements": replacements}
        result["fixes"] = [{"description": {"text": one.fix.says}, "artifactChanges": [change]}]
    return result


def _chain(one: Finding) -> str:
    return f"Reached by {' → '.join(one.chain)}. " if len(one.chain) > 1 else ""


def _place(path: str, span: Span) -> dict[str, Any]:
    return {"artifactLocation": _file(path), "region": _region(span)}


def _file(path: str) -> dict[str, Any]:
    pure = PurePath(path)
    return {"uri": pure.as_uri() if pure.is_absolute() else _quoted(pure)}


def _quoted(path: PurePath) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - not for a run that prints text

    return quote(path.as_posix())


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
