"""Small programs that mark their own violations; whatever else is told of them is wrong."""

from pathlib import Path

import pytest

from durably.lint.rulebook import RULES
from tests.lint.marks import marked, told

SNIPPETS = sorted((Path(__file__).parent / "snippets").glob("*.py"))


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_exactly_what_is_marked_is_told(path: Path) -> None:
    wanted, _ = marked(path.read_text(encoding="utf-8"))
    assert told(path, RULES) == wanted
