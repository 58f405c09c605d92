"""`durably lint` as it is typed."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from durably.lint.rulebook import RULES
from tests.lint.command import durably, written

PRICES = """\
import time

def price(order):
    return order["price"] + time.time()
"""
ORDER = """\
from prices import price

def order(ctx: WorkflowContext, order: dict):
    total = price(order)
    yield ctx.call_activity("charge", input=total)
"""
CLEAN = """\
def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input=order)
"""


def test_a_clean_tree_is_exit_code_0_and_one_line(tmp_path: Path) -> None:
    done = durably(written(tmp_path, order=CLEAN), "lint")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "nothing found in 1 workflow of 1 file\n"


def test_a_finding_names_place_rule_way_and_remedy(tmp_path: Path) -> None:
    done = durably(written(tmp_path, order=ORDER, prices=PRICES), "lint")
    assert done.returncode == 1
    head, excerpt, pointer, way, remedy = done.stdout.splitlines()[:5]
    assert head.startswith("prices.py:4:29: CLOCK `time.time`")
    assert excerpt.strip() == 'return order["price"] + time.time()'
    assert excerpt[pointer.index("^") : pointer.rindex("^") + 1] == "time.time()"
    assert way.strip() == "reached by order → price"
    assert remedy.strip() == RULES["CLOCK"].hint


def test_json_says_the_same_as_the_text(tmp_path: Path) -> None:
    done = durably(written(tmp_path, order=ORDER, prices=PRICES), "lint", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert (told["files"], told["workflows"], told["fixed"]) == (2, 1, 0)
    (finding,) = told["findings"]
    assert (finding["file"], finding["line"], finding["column"], finding["rule"]) == ("prices.py", 4, 29, "CLOCK")
    assert finding["chain"] == ["order", "price"]


def test_rules_can_be_selected_and_ignored(tmp_path: Path) -> None:
    tree = written(tmp_path, order=ORDER, prices=PRICES)
    assert durably(tree, "lint", "--select", "UUID,ENV").returncode == 0
    assert durably(tree, "lint", "--select", "clock").returncode == 1
    assert durably(tree, "lint", "--ignore", "CLOCK").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--select", "CLOK"), "there is no rule 'CLOK'"),
        (("--explain", "x"), "there is no rule 'x'"),
        (("nowhere",), "there is no file or folder 'nowhere'"),
        (("--format", "xml"), "xml"),
    ],
)
def test_wrong_use_is_exit_code_2_and_says_what_is_wrong(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = durably(tmp_path, "lint", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rule_is_explained_with_both_examples(tmp_path: Path) -> None:
    done = durably(tmp_path, "lint", "--explain", "uuid")
    assert done.returncode == 0
    assert RULES["UUID"].why in done.stdout
    assert "str(uuid.uuid4())" in done.stdout
    assert "str(ctx.uuid4())" in done.stdout
    assert json.loads(durably(tmp_path, "lint", "--explain", "uuid", "--json").stdout)["good"] == RULES["UUID"].good


def test_what_cannot_be_read_is_told_and_the_rest_is_checked(tmp_path: Path) -> None:
    tree = written(tmp_path, order=ORDER, prices=PRICES, broken="def (", empty="")
    (tree / "latin.py").write_bytes(b"# caf\xe9\n")
    (tree / "odd.py").write_bytes(b"# -*- coding: klingon -*-\n")
    (tree / "null.py").write_bytes(b"x = 1\x00\n")
    (tree / "deep.py").write_text("x = " + "(" * 400 + ")" * 400)
    (tree / "long.py").write_text("x = " + "+".join(["1"] * 20_000))
    (tree / "bom.py").write_bytes("\ufeff# fine\n".encode())
    (tree / "loop").symlink_to(tree)
    (tree / "gone.py").symlink_to(tree / "nothing")
    os.mkfifo(tree / "pipe.py")
    done = durably(tree, "lint", "--json")
    told = {(one["file"], one["rule"]) for one in json.loads(done.stdout)["findings"]}
    broken = {(f"{name}.py", "SYNTAX") for name in ("broken", "latin", "odd", "null", "deep", "long", "gone")}
    assert told == {("prices.py", "CLOCK"), *broken}
    assert done.stderr == ""


def test_code_of_every_kind_is_read_without_a_fault(tmp_path: Path) -> None:
    """Parts of the standard library, in the styles of thirty years."""
    library = Path(ast.__file__).parent
    chosen = [library / name for name in ("asyncio", "email", "typing.py", "dataclasses.py", "turtle.py", "lib2to3")]
    done = durably(tmp_path, "lint", "--json", *(str(path) for path in chosen if path.exists()))
    assert "fault" not in done.stderr
    assert json.loads(done.stdout)["files"] > 60


def test_a_tree_of_a_thousand_files_takes_seconds(tmp_path: Path) -> None:
    for number in range(1_000):
        helpers = "\n".join(f"def step_{n}(order):\n    return order['{n}'] + 1\n" for n in range(15))
        written(tmp_path, **{f"module_{number}": f"{helpers}\n{CLEAN}"})
    before = os.times()
    done = durably(tmp_path, "lint")
    after = os.times()
    assert done.stderr == "nothing found in 1000 workflows of 1000 files\n"
    assert after.children_user - before.children_user < 15


def test_a_person_sees_how_a_big_tree_is_read(tmp_path: Path) -> None:
    written(tmp_path, **{f"module_{number}": CLEAN for number in range(200)})
    mine, its = os.openpty()
    command = [sys.executable, "-m", "durably.cli", "lint"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=its, env=os.environ | {"TERM": "xterm"}) as process:
        os.close(its)
        shown = b"".join(iter(lambda: _read(mine), b""))
    assert process.returncode == 0
    assert b"of 200 files" in shown
    assert b"nothing found in 200 workflows" in shown


def _read(terminal: int) -> bytes:
    """What a terminal got; nothing once nobody writes to it any more."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
