"""Rules as the page docs/determinism.md and `--explain` show them. `make docs` runs it."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from durably.lint.rulebook import RULES
from durably.lint.rulebook.rule import Rule

_MARK: Final = "<!-- Written by `make docs` from durably/lint/rulebook, to the end of the page. -->\n"


def document(page: str) -> str:
    """The page with today's rules.

    Args:
        page: The page as it is; what stands above its mark stays.
    """
    above, _, _ = page.partition(_MARK)
    return f"{above}{_MARK}\n{_overview(RULES.values())}\n" + "\n".join(_section(rule) for rule in RULES.values())


def explanation(rule: Rule) -> str:
    """One rule for a terminal.

    Args:
        rule: The rule.
    """
    fixes = f"\n--fix changes {rule.fixes}.\n" if rule.fixes else ""
    wrong, right = (_indented(text) for text in (rule.bad, rule.good))
    return f"{rule.id}: {rule.title}\n\n{rule.why}\nInstead: {rule.hint}.\n{fixes}\nWrong:\n{wrong}\nRight:\n{right}"


def _overview(rules: Iterable[Rule]) -> str:
    rows = (f"| [{rule.id}](#{_anchor(rule)}) | {rule.title} | {'yes' if rule.fixes else ''} |\n" for rule in rules)
    return "| rule | what it is about | `--fix` |\n|---|---|---|\n" + "".join(rows)


def _section(rule: Rule) -> str:
    fixes = f"\n`--fix` changes {rule.fixes}.\n" if rule.fixes else ""
    examples = f"```python\n# wrong\n{rule.bad}```\n```python\n# right\n{rule.good}```\n"
    return f"### {_title(rule)}\n{rule.why}\n\nInstead: {rule.hint}.\n{fixes}\n{examples}"


def _title(rule: Rule) -> str:
    return f"{rule.id}: {rule.title}"


def _anchor(rule: Rule) -> str:
    return "".join(c for c in _title(rule).lower().replace(" ", "-") if c.isalnum() or c in "-_")


def _indented(text: str) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines())


if __name__ == "__main__":
    written = Path(sys.argv[1])
    written.write_text(document(written.read_text(encoding="utf-8")), encoding="utf-8")
