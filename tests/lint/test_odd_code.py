"""Code that nobody would write is judged somehow, and never crashes the check."""

import ast
import copy
import random
from pathlib import Path

import pytest

from durably.lint.linting import check, lint
from durably.lint.rulebook import RULES
from durably.lint.sources import parsed

TEXTS = [path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "snippets").glob("*.py"))]
EXPRESSIONS = [node for text in TEXTS for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr)]


class Swap(ast.NodeTransformer):
    """Puts expressions of one program into the places of others in another one."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Swap, now and then."""
        super().generic_visit(node)
        if not isinstance(node, ast.expr) or _is_target(node) or self.chance.random() > 0.04:
            return node
        other = self.chance.choice(EXPRESSIONS)
        return node if _is_target(other) else copy.deepcopy(other)


def _is_target(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def odd_programs(chance: random.Random, count: int) -> list[str]:
    """Programs whose parts were swapped; some would not run, all can be read."""
    programs: list[str] = []
    while len(programs) < count:
        swapped = Swap(chance).visit(ast.parse(chance.choice(TEXTS)))
        try:
            program = ast.unparse(ast.fix_missing_locations(swapped))
            ast.parse(program)
        except (SyntaxError, ValueError, TypeError):
            continue
        programs.append(program)
    return programs


@pytest.mark.parametrize("seed", range(4))
def test_no_program_crashes_the_check(seed: int) -> None:
    for program in odd_programs(random.Random(seed), 150):  # noqa: S311 - the same at each run
        report = check([parsed(Path("/odd.py"), "odd.py", program)], rules=frozenset(RULES))
        assert report.files == 1
        assert not [one for one in report.findings if one.rule == "SYNTAX"]


def test_a_link_that_leads_nowhere_or_to_itself_is_told_and_the_lock_file_of_an_editor_is_not(tmp_path: Path) -> None:
    for name, target in {"gone.py": "nothing.py", "self.py": "self.py", ".#order.py": "ada@host.7"}.items():
        (tmp_path / name).symlink_to(target)
    told = [(Path(one.path).name, one.rule) for one in lint([tmp_path], rules=frozenset(RULES)).findings]
    assert told == [("gone.py", "SYNTAX"), ("self.py", "SYNTAX")]
