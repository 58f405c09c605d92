"""Which expressions are sets, and of what."""

import ast
from typing import Final

from durably.lint.checks.view import View
from durably.lint.constants import home_of
from durably.lint.scopes import Binding, Function, Scope
from durably.lint.things import Instance, Thing, dotted
from durably.lint.words import words

_TYPES: Final = words(
    "builtins.set builtins.frozenset typing.Set typing.FrozenSet typing.AbstractSet typing.MutableSet"
    " collections.abc.Set collections.abc.MutableSet"
)
_ALGEBRA: Final = frozenset({"union", "intersection", "difference", "symmetric_difference", "copy"})
_SORTABLE: Final = frozenset({"str", "int", "float"})


def is_set(view: View, node: ast.expr, depth: int = 5) -> bool:  # noqa: PLR0911 - one line for each form
    """Whether an expression is a set, as far as one can see."""
    if depth <= 0:
        return False
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in _ALGEBRA:
            return is_set(view, owner, depth - 1)
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
            return any(is_set(view, one, depth - 1) or _is_keys(one) for one in (node.left, node.right))
        case ast.IfExp():
            return is_set(view, node.body, depth - 1) or is_set(view, node.orelse, depth - 1)
        case ast.NamedExpr():
            return is_set(view, node.value, depth - 1)
        case ast.Name():
            return _name_is_set(view, node, depth - 1)
        case ast.Call():
            return _is_declared(view, node) or _returns_set(view.thing(node.func))
        case ast.Attribute():
            return _is_declared(view, node)
    return False


def _returns_set(thing: Thing | None) -> bool:
    """Whether a function of the project that declares nothing returns what can be seen to be a set."""
    if not isinstance(thing, Function) or thing.is_generator:
        return False
    returned = [node.value for node in thing.nodes if isinstance(node, ast.Return)]
    return bool(returned) and all(_is_plainly_set(one) for one in returned)


def _is_plainly_set(node: ast.expr | None) -> bool:
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"set", "frozenset"}
    return named or isinstance(node, ast.Set | ast.SetComp)


def _is_declared(view: View, node: ast.expr) -> bool:
    thing = view.thing(node)
    return isinstance(thing, Instance) and dotted(thing) in _TYPES


def _is_keys(node: ast.expr) -> bool:
    """The keys of a dict are ordered, but what is made of them by `&` or `-` is a set."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "keys"


def _name_is_set(view: View, node: ast.Name, depth: int) -> bool:
    found = home_of(view.resolver, node.id, view.scope)
    if not found:
        return False
    bindings, place = found
    one = _nearest(bindings, node, place, view.scope)
    if one is None:
        return False
    if one.annotation is not None and dotted(view.resolver.declared(one.annotation, place)) in _TYPES:
        return True
    if one.kind != "value" or one.value is None:
        return one.kind == "import" and _is_declared(view, node)
    return is_set(view, one.value, depth)


def _nearest(bindings: list[Binding], node: ast.Name, place: Scope, scope: Scope) -> Binding | None:
    """The binding that a use most probably sees: the last one before it, in its own function."""
    if place is not scope:
        return bindings[-1] if bindings else None
    before = [one for one in bindings if getattr(one.node, "lineno", 0) < node.lineno]
    return before[-1] if before else None


def is_sortable(view: View, node: ast.expr) -> bool:
    """Whether all elements are texts, or all are numbers, so that `sorted` cannot fail."""
    value = view.value_of(node)
    if isinstance(value, ast.Set):
        kinds = {type(one.value).__name__ if isinstance(one, ast.Constant) else "" for one in value.elts}
        return len(kinds) == 1 and kinds <= _SORTABLE
    bound = view.bindings(node.id) if isinstance(node, ast.Name) else []
    annotations = [one.annotation for one in bound if isinstance(one.annotation, ast.Subscript)]
    return any(isinstance(one.slice, ast.Name) and one.slice.id in _SORTABLE for one in annotations)
