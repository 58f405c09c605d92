"""Code that runs only when it is no replay: `if not ctx.is_replaying`, in the forms that people write it."""

import ast
from collections.abc import Iterator
from typing import Final, Literal

from durably.lint.scopes import Function

_ASKED: Final = "is_replaying"

Answer = Literal["live", "replay"] | None


def is_guarded(node: ast.AST, function: Function) -> bool:
    """Whether a node runs only when the workflow is not replayed."""
    child = node
    for parent in ancestors(node, function):
        if _admits(parent, child, function) == "live" or _after_return(parent, child, function):
            return True
        child = parent
    return False


def ancestors(node: ast.AST, function: Function) -> Iterator[ast.AST]:
    """What a node stands in, up to its function."""
    parents = function.module.parents
    place = parents.get(node)
    while place is not None and place is not function.node:
        yield place
        place = parents.get(place)
    if place is not None:
        yield place


def _admits(parent: ast.AST, child: ast.AST, function: Function) -> Answer:
    match parent:
        case ast.If(test=test, body=body, orelse=orelse):
            when = _when(test, function)
            if child in body:
                return when
            return _other(when) if child in orelse else None
        case ast.IfExp(test=test, body=body, orelse=other):
            when = _when(test, function)
            return when if child is body else _other(when) if child is other else None
        case ast.BoolOp(op=op, values=values):
            before = [_when(value, function) for value in values[: values.index(child)]] if child in values else []
            wanted = "live" if isinstance(op, ast.And) else "replay"
            return "live" if wanted in before else None
    return None


def _after_return(parent: ast.AST, child: ast.AST, function: Function) -> bool:
    """`if ctx.is_replaying: return` before it, in a function that only tells something."""
    body = getattr(parent, "body", None)
    if not isinstance(body, list) or child not in body:
        return False
    return any(
        isinstance(one, ast.If)
        and _when(one.test, function) == "replay"
        and isinstance(one.body[-1], ast.Return | ast.Continue)
        for one in body[: body.index(child)]
    )


def _other(when: Answer) -> Answer:
    return {"live": "replay", "replay": "live"}.get(when or "")  # type: ignore[return-value]


def _when(test: ast.expr, function: Function) -> Answer:
    """When a condition can hold at all: only live, only in a replay, or in both."""
    match test:
        case ast.Attribute(attr=attr) if attr == _ASKED:
            return "replay"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _other(_when(operand, function))
        case ast.BoolOp(op=ast.And(), values=values):
            return next((when for when in (_when(one, function) for one in values) if when), None)
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=bool(truth))]):
            when = _when(left, function)
            return when if truth else _other(when)
        case ast.Name(id=name):
            bindings = function.scope.names.get(name, [])
            value = bindings[0].value if len(bindings) == 1 else None
            return _when(value, function) if value is not None and not isinstance(value, ast.Name) else None
    return None
