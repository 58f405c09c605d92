"""UNYIELDED: parts of a workflow that are called, and never run."""

import ast
from collections.abc import Iterator

from durably.lint.checks.inserting import inserted
from durably.lint.checks.view import Hit, View
from durably.lint.checks.yielding import is_awaited
from durably.lint.roles import SCHEDULING
from durably.lint.scopes import Function


def unrun(view: View) -> Iterator[Hit]:
    """Generators that nobody goes through."""
    for call in view.each(ast.Call):
        if _is_unrun(view, call):
            yield _unrun(view, call)


def _is_unrun(view: View, call: ast.Call) -> bool:
    """Whether it makes a generator that waits for something, and leaves it at that."""
    thing = view.thing(call.func)
    if not isinstance(thing, Function) or not thing.is_generator or not _waits(view, thing):
        return False
    parent = view.parent(call)
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        return not is_awaited(view, parent.targets[0].id)
    if isinstance(parent, ast.Return):
        return view.is_workflow and view.function.is_generator
    return isinstance(parent, ast.Expr | ast.Yield)


def _waits(view: View, function: Function) -> bool:
    """Whether it is a part of a workflow, and not a generator of data."""
    return function in view.roles.workflows or any(view.method(node) in SCHEDULING for node in function.nodes)


def _unrun(view: View, call: ast.Call) -> Hit:
    name, parent = ast.unparse(call.func), view.parent(call)
    says = f"`{name}()` is a generator that nothing runs"
    bare = isinstance(parent, ast.Expr) and view.function.is_generator
    fix = inserted(view, call, "yield from ") if bare else None
    return Hit(call, "UNYIELDED", says, hint=f"write `yield from {name}(...)`", fix=fix)
