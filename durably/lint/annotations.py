"""What a declared type makes of a name, and which part of an expression counts."""

import ast
from typing import TYPE_CHECKING, Final

from durably.lint.scopes import Class, Scope, last_name
from durably.lint.things import External, Instance

if TYPE_CHECKING:
    from durably.lint.resolving import Resolver

_WRAPPERS: Final = frozenset({"Annotated", "Optional", "Final", "ClassVar", "Type"})


def declared(resolver: "Resolver", annotation: ast.expr | None, scope: Scope, depth: int) -> Instance | None:
    """An instance of the type that is declared; of a union the first one that is known."""
    if depth <= 0 or annotation is None:
        return None
    match annotation:
        case ast.Constant(value=str(text)):
            return declared(resolver, _parsed(text), scope, depth - 1)
        case ast.BinOp(left=left, right=right):
            return declared(resolver, left, scope, depth - 1) or declared(resolver, right, scope, depth - 1)
        case ast.Subscript():
            return declared(resolver, _unwrapped(annotation), scope, depth - 1)
    thing = resolver.resolve(annotation, scope, depth - 1)
    return Instance(thing, inside=False) if isinstance(thing, External | Class) else None


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None


def _unwrapped(annotation: ast.Subscript) -> ast.expr:
    if last_name(annotation.value) not in _WRAPPERS:
        return annotation.value
    inner = annotation.slice
    return inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner


def core(node: ast.expr) -> ast.expr | None:
    """The part of an expression that it is, or may be."""
    match node:
        case ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Starred(value=inner):
            return inner
        case ast.BinOp(op=ast.Div(), left=inner):  # a path below a path
            return inner
        case ast.BoolOp(values=[inner, *_]) | ast.IfExp(body=inner):
            return inner
    return None
