"""What `--fix` writes is what a person would have written, and nothing else changes."""

from dataclasses import replace
from pathlib import Path

import pytest
from dapr.ext.workflow._durabletask.deterministic import DeterministicContextMixin
from dapr.ext.workflow._durabletask.worker import _RuntimeOrchestrationContext

from durably.lint.fixing import fix
from durably.lint.linting import lint
from tests.lint.command import durably

HEAD = "import uuid\nfrom datetime import UTC, date, datetime\n\n\ndef order(ctx: WorkflowContext, order: dict):\n"
TAIL = "    yield ctx.call_activity('charge', input=order)\n"
CASES = {
    "    a = datetime.now(UTC)\n": "    a = ctx.current_utc_datetime.replace(tzinfo=UTC)\n",
    "    a = datetime.now(tz=UTC)\n": "    a = ctx.current_utc_datetime.replace(tzinfo=UTC)\n",
    "    a = datetime.utcnow().isoformat()\n": "    a = ctx.current_utc_datetime.isoformat()\n",
    "    a = 'ä', uuid.uuid4()\n": "    a = 'ä', ctx.uuid4()\n",
    "    a = str(uuid.uuid4())\n": "    a = str(ctx.uuid4())\n",
    "    print(\n        order,\n    )\n": (
        "    if not ctx.is_replaying:\n        print(\n            order,\n        )\n"
    ),
    "    print(order)  # tell\n": "    if not ctx.is_replaying:\n        print(order)  # tell\n",
    "    for x in {'b', 'a'}:\n        yield ctx.call_activity('x', input=x)\n": (
        "    for x in sorted({'b', 'a'}):\n        yield ctx.call_activity('x', input=x)\n"
    ),
    "    ctx.call_activity('x', input=order)\n": "    yield ctx.call_activity('x', input=order)\n",
    "    print(uuid.uuid4())\n": "    if not ctx.is_replaying:\n        print(ctx.uuid4())\n",
}
LEFT = (
    "    a = datetime.now()\n",
    "    a = date.today()\n",
    "    a = datetime.now(order['zone'])\n",
    "    a = uuid.uuid1()\n",
    "    print('''one\n    two''')\n",
    "    a = 1; print(order)\n",
    "    for x in set(order):\n        yield ctx.call_activity('x', input=x)\n",
)


def program(tmp_path: Path, body: str, *, newline: str = "\n") -> Path:
    path = tmp_path / "order.py"
    path.write_text(HEAD + body + TAIL, encoding="utf-8", newline=newline)
    return path


@pytest.mark.parametrize("before", CASES)
def test_what_is_safe_is_mended_and_nothing_is_left_to_find(tmp_path: Path, before: str) -> None:
    path = program(tmp_path, before)
    done = durably(tmp_path, "lint", "--fix")
    assert path.read_text(encoding="utf-8") == HEAD + CASES[before] + TAIL
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("body", LEFT)
def test_what_only_a_person_can_decide_is_left(tmp_path: Path, body: str) -> None:
    path = program(tmp_path, body)
    done = durably(tmp_path, "lint", "--fix")
    assert path.read_text(encoding="utf-8") == HEAD + body + TAIL
    assert done.returncode == 1


def test_line_ends_rights_and_encoding_stay_and_the_rest_of_the_file_too(tmp_path: Path) -> None:
    path = tmp_path / "order.py"
    text = f"# -*- coding: latin-1 -*-\n{HEAD}    name = 'é'; a = uuid.uuid4()\n{TAIL}".replace("\n", "\r\n")
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o640)
    durably(tmp_path, "lint", "--fix")
    assert path.read_bytes() == text.replace("uuid.uuid4()", "ctx.uuid4()").encode("latin-1")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("newline", ["\r", "\r\n"], ids=["CR", "CRLF"])
def test_a_line_that_is_put_in_ends_as_the_others_do(tmp_path: Path, newline: str) -> None:
    path = program(tmp_path, "    print(order)\n", newline=newline)
    done = durably(tmp_path, "lint", "--fix")
    text = HEAD + "    if not ctx.is_replaying:\n        print(order)\n" + TAIL
    assert path.read_bytes() == text.replace("\n", newline).encode()
    assert done.returncode == 0, done.stdout


def test_what_is_indented_by_tabs_stays_so(tmp_path: Path) -> None:
    path = program(tmp_path, "    print(\n        order,\n    )\n    a = uuid.uuid4()\n")
    path.write_text(path.read_text(encoding="utf-8").replace("    ", "\t"), encoding="utf-8")
    done = durably(tmp_path, "lint", "--fix")
    mended = "\tif not ctx.is_replaying:\n\t\tprint(\n\t\t\torder,\n\t\t)\n\ta = ctx.uuid4()\n"
    assert path.read_text(encoding="utf-8") == HEAD + mended + TAIL.replace("    ", "\t")
    assert done.returncode == 0, done.stdout


def test_a_change_that_would_leave_no_python_does_not_cost_the_others_theirs(tmp_path: Path) -> None:
    path = program(tmp_path, "    a = uuid.uuid4()\n    b = uuid.uuid4()\n")
    first, second = lint([path], rules=frozenset({"UUID"})).findings
    assert first.fix is not None
    broken = replace(first, fix=replace(first.fix, edits=(replace(first.fix.edits[0], text="1 +"),)))
    assert fix([broken, second]) == (second,)
    assert path.read_text(encoding="utf-8") == HEAD + "    a = uuid.uuid4()\n    b = ctx.uuid4()\n" + TAIL


def test_a_tree_without_fixes_is_not_touched(tmp_path: Path) -> None:
    path = program(tmp_path, "    a = uuid.uuid1()\n")
    before = path.stat().st_mtime_ns
    durably(tmp_path, "lint", "--fix")
    assert path.stat().st_mtime_ns == before


def test_the_ids_that_fixes_take_from_the_context_are_the_same_at_every_replay() -> None:
    assert issubclass(_RuntimeOrchestrationContext, DeterministicContextMixin)
    first, again = (_RuntimeOrchestrationContext("order-1") for _ in range(2))
    ids = [first.uuid4(), first.uuid4()]
    assert ids[0] != ids[1]
    assert [again.uuid4(), again.uuid4()] == ids
