"""The rules of the tree that no linter of ours checks."""

import ast
import io
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "worker", "durably")
LIMITS = {"durably/embedded/": 300, "durably/engine/": 200}
"""Longest files, by folder; 150 lines elsewhere."""
FORBIDDEN_NAMES = {"utils", "helpers", "common", "shared", "misc"}
IGNORED_TOKENS = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
}


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def code_lines(source: str) -> int:
    """Lines that hold code: no blank lines, comments or docstrings."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        is_text = (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        )
        if isinstance(node, ast.Expr) and is_text:
            docstrings |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in IGNORED_TOKENS:
            code |= set(range(token.start[0], token.end[0] + 1))
    return len(code - docstrings)


def test_imports_go_one_way() -> None:
    """The layers of the design, checked by import-linter."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_embedded_engine_stays_under_a_thousand_lines_of_code() -> None:
    total = sum(code_lines(path.read_text()) for path in (ROOT / "durably/embedded").rglob("*.py"))
    assert 0 < total < 1_000


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    source = path.read_text()
    limit = next((lines for folder, lines in LIMITS.items() if name.startswith(folder)), 150)
    assert source.count("\n") <= limit, f"{name} is longer than {limit} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 30 or ast.get_docstring(node), f"{name}: {node.name} has {length} lines"
            body = length - _docstring_lines(node)
            assert body <= 30, f"{name}: {node.name} has {body} lines without its docstring"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno + 1


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in sources() if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES]


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_does_nothing_but_define_names(package: str) -> None:
    """No module prints, reads the environment, opens a file or starts a thread while it is imported."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "__main__.py"
    ]
    script = (
        "import importlib, sys, threading\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    outcome = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")
