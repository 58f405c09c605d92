"""REPLAYING: what is scheduled or waited for in a replay alone, or in the first run alone."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.view import Hit, View
from durably.lint.roles import SCHEDULING

_ASKED: Final = "is_replaying"
_LEAVES: Final = (ast.Return, ast.Continue, ast.Break, ast.Raise)
_WAITS: Final = (ast.Yield, ast.YieldFrom, ast.Await)


def replaying(view: View) -> Iterator[Hit]:
    """Steps that hang on whether the workflow is replayed."""
    asking = frozenset(_asking(view))
    if not asking and not any(one.attr == _ASKED for one in view.each(ast.Attribute)):
        return
    for node in view.each(*_WAITS, ast.Call):
        is_step = isinstance(node, _WAITS) or view.method(node) in SCHEDULING
        if is_step and (_hangs(view, node, asking) or _takes(node, asking)):
            yield Hit(
                node, "REPLAYING", "this step hangs on `is_replaying`: a replay comes to others than the first run"
            )


def _asking(view: View) -> Iterator[str]:
    """Variables whose value hangs on it."""
    for node in view.each(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        if node.value is not None and _asks(node.value, frozenset()):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name))


def _asks(node: ast.AST, asking: frozenset[str]) -> bool:
    return any(
        (isinstance(one, ast.Attribute) and one.attr == _ASKED) or (isinstance(one, ast.Name) and one.id in asking)
        for one in ast.walk(node)
    )


def _hangs(view: View, node: ast.AST, asking: frozenset[str]) -> bool:
    """Whether it is come to in one of the two alone, or another number of times."""
    child = node
    for parent in view.around(node):
        if any(_asks(one, asking) for one in _conditions(parent, child)):
            return True
        body = getattr(parent, "body", None)
        if isinstance(body, list) and child in body:
            before = body[: body.index(child)]
            if any(isinstance(one, ast.If) and _leaves(one) and _asks(one.test, asking) for one in before):
                return True
        child = parent
    return False


def _conditions(parent: ast.AST, child: ast.AST) -> list[ast.expr]:
    """What decides whether, or how often, a part of something is come to; itself it is not decided on."""
    match parent:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if child is not test:
            return [test]
        case ast.For(iter=each) if child is not each:
            return [each]
        case ast.BoolOp(values=values) if child in values:
            return values[: values.index(child)]
    return []


def _leaves(choice: ast.If) -> bool:
    return isinstance(choice.body[-1], _LEAVES)


def _takes(node: ast.AST, asking: frozenset[str]) -> bool:
    """Whether it is scheduled with it: the input, the name or the time would differ."""
    return isinstance(node, ast.Call) and any(
        _asks(one, asking) for one in [*node.args, *(keyword.value for keyword in node.keywords)]
    )
