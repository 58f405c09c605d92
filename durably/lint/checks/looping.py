"""UNBOUNDED and CATCH_ALL: loops that make a history grow for ever, and handlers that catch what is not theirs."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.view import Hit, View
from durably.lint.scopes import last_name
from durably.lint.things import dotted

_ENDLESS: Final = frozenset({"itertools.count", "itertools.cycle"})
_ALL: Final = frozenset({"builtins.Exception", "builtins.BaseException"})
_SHRINKS: Final = frozenset({"pop", "popleft", "remove", "discard", "clear"})
_NESTED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def own(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, but not what is in functions that it defines."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _NESTED):
            yield from own(child)


def unbounded(view: View) -> Iterator[Hit]:
    """Loops without an end that wait, and do not begin anew."""
    if any(view.method(call) == "continue_as_new" for call in view.each(ast.Call)):
        return
    for loop in view.each(ast.While, ast.For):
        if (_is_endless(view, loop) or _polls(view, loop)) and _waits(loop) and not _is_counted(loop):
            says = "this loop has no bound, and every turn of it makes the history longer"
            yield Hit(loop, "UNBOUNDED", says)


def _is_endless(view: View, loop: ast.While | ast.For) -> bool:
    if isinstance(loop, ast.While):
        return isinstance(loop.test, ast.Constant) and bool(loop.test.value)
    iterated = loop.iter
    if not isinstance(iterated, ast.Call):
        return False
    name = dotted(view.thing(iterated.func))
    return name in _ENDLESS or (name == "itertools.repeat" and len(iterated.args) == 1)


def _polls(view: View, loop: ast.While | ast.For) -> bool:
    """Whether it looks again and again, with a timer in between, until something outside is so."""
    if isinstance(loop, ast.For):
        return False
    inside = [node for one in loop.body for node in own(one)]
    if not any(view.method(node) == "create_timer" for node in inside):
        return False
    asked = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
    ordered = any(isinstance(node, ast.Gt | ast.GtE | ast.Lt | ast.LtE | ast.Call) for node in ast.walk(loop.test))
    shrinking = {last_name(node.value) for node in inside if isinstance(node, ast.Attribute) and node.attr in _SHRINKS}
    return not ordered and not asked & (shrinking | _counted(inside))


def _waits(loop: ast.While | ast.For) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for one in loop.body for node in own(one))


def _is_counted(loop: ast.While | ast.For) -> bool:
    """Whether it leaves when something that it counts reaches a number."""
    inside = [node for one in loop.body for node in own(one)]
    counted = _counted(inside)
    if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
        counted.add(loop.target.id)
    return any(
        isinstance(node, ast.If)
        and _compares(node.test, counted)
        and any(isinstance(one, ast.Break | ast.Return | ast.Raise) for one in own(node))
        for node in inside
    )


def _counted(inside: list[ast.AST]) -> set[str]:
    """What is counted: by `+= 1` and its kind, or by giving it what is left of it."""
    counted = {last_name(node.target) for node in inside if isinstance(node, ast.AugAssign)}
    for node in inside:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp | ast.Subscript):
            read = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
            counted |= read & {last_name(one) for one in node.targets}
    return counted


def _compares(test: ast.expr, counted: set[str]) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Lt | ast.LtE | ast.Eq):
            names = {
                one.id for side in (node.left, *node.comparators) for one in ast.walk(side) if isinstance(one, ast.Name)
            }
            if names & counted:
                return True
    return False


def catch_all(view: View) -> Iterator[Hit]:
    """Handlers around a `yield` that take whatever comes."""
    for node in view.each(ast.Try, ast.TryStar):
        if any(isinstance(one, ast.Yield | ast.YieldFrom | ast.Await) for part in node.body for one in own(part)):
            yield from (_caught(one) for one in node.handlers if _catches_all(view, one) and not _raises(one))
    for block in view.each(ast.With):
        if any(isinstance(one, ast.Yield | ast.YieldFrom) for part in block.body for one in own(part)):
            yield from (_suppressed(one) for one in block.items if _suppresses(view, one.context_expr))


def _caught(handler: ast.ExceptHandler) -> Hit:
    what = ast.unparse(handler.type) if handler.type else "everything"
    says = f"catching {what} around a `yield` also takes mistakes of the workflow itself for a failed activity"
    return Hit(handler, "CATCH_ALL", says)


def _suppressed(item: ast.withitem) -> Hit:
    what = ast.unparse(item.context_expr)
    says = f"`{what}` around a `yield` also takes mistakes of the workflow itself for a failed activity"
    return Hit(item.context_expr, "CATCH_ALL", says)


def _catches_all(view: View, handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(dotted(view.thing(one)) in _ALL for one in kinds)


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for one in handler.body for node in own(one))


def _suppresses(view: View, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or dotted(view.thing(node.func)) != "contextlib.suppress":
        return False
    return any(dotted(view.thing(one)) in _ALL for one in node.args)
