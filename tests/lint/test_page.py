"""docs/determinism.md: what it shows is what the rules do."""

from pathlib import Path

import pytest

from durably.lint.linting import check
from durably.lint.rulebook import RULES
from durably.lint.rulebook.page import document
from durably.lint.sources import parsed
from tests.lint.command import durably

PAGE = Path(__file__).parents[2] / "docs/determinism.md"


def told(text: str) -> set[str]:
    """The rules that a program breaks."""
    return {
        one.rule for one in check([parsed(Path("/example.py"), "example.py", text)], rules=frozenset(RULES)).findings
    }


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_breaks_its_rule_and_no_other(rule: str) -> None:
    assert told(RULES[rule].bad) == {rule}


@pytest.mark.parametrize("rule", RULES)
def test_the_good_example_breaks_no_rule(rule: str) -> None:
    assert told(RULES[rule].good) == set()


def test_the_page_is_what_make_docs_writes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert document(page) == page
    assert all(f"### {rule.id}: {rule.title}\n{rule.why}" in page for rule in RULES.values())


def test_the_page_shows_a_finding_as_the_command_prints_it(tmp_path: Path) -> None:
    """The example of the page, made by running it."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "prices.py").write_text(
        "from datetime import UTC, datetime\n\n\nclass Prices:\n    rate = 2\n\n\n# What is off today.\n\n\n"
        "def discount(order: dict) -> int:\n    today = datetime.now(UTC)\n    return today.day\n\n\n"
        "def total(order: dict) -> int:\n    return order['total'] - discount(order)\n"
    )
    (folder / "flow.py").write_text(
        "from shop.prices import total\n\n\ndef order_processing(ctx: WorkflowContext, order: dict):\n"
        "    yield ctx.call_activity('charge', input=total(order))\n"
    )
    printed = durably(tmp_path, "lint").stdout.rstrip("\n")
    assert printed in PAGE.read_text(encoding="utf-8")
