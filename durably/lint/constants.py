"""Texts that are known without running anything."""

import ast
from typing import TYPE_CHECKING

from durably.lint.scopes import Binding, Class, Module, Scope
from durably.lint.things import Instance

if TYPE_CHECKING:
    from durably.lint.resolving import Resolver


def text_of(resolver: "Resolver", node: ast.expr | None, scope: Scope, depth: int = 6) -> str | None:
    """The text that an expression is: a literal, or a constant of any module; None where it is not known."""
    if depth <= 0:
        return None
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name():
            return _of_name(resolver, node.id, scope, depth)
        case ast.Attribute(attr="value"):
            return text_of(resolver, node.value, scope, depth - 1)
        case ast.Attribute():
            return _of_attribute(resolver, node, scope, depth)
    return None


def home_of(resolver: "Resolver", name: str, scope: Scope, depth: int = 6) -> tuple[list[Binding], Scope] | None:
    """Where a name is bound in the end: the bindings, and the scope that has them, through imports."""
    found = resolver.lookup(name, scope)
    if not found or depth <= 0 or found[0][-1].kind != "import":
        return found
    one, place = found[0][-1], found[1]
    if not isinstance(one.node, ast.ImportFrom):
        return found
    package, _, last = one.target.rpartition(".")
    module = resolver.project.find(package, level=one.level, seen_from=place.module.source.path)
    if module is None or last not in module.scope.names:
        return found
    return home_of(resolver, last, module.scope, depth - 1)


def _of_name(resolver: "Resolver", name: str, scope: Scope, depth: int) -> str | None:
    found = home_of(resolver, name, scope)
    if not found or len(found[0]) != 1 or found[0][0].kind != "value":
        return None
    return text_of(resolver, found[0][0].value, found[1], depth - 1)


def _of_attribute(resolver: "Resolver", node: ast.Attribute, scope: Scope, depth: int) -> str | None:
    owner = resolver.resolve(node.value, scope)
    if isinstance(owner, Instance):
        owner = owner.of if isinstance(owner.of, Class) else None
    if isinstance(owner, Module | Class):
        return _of_name(resolver, node.attr, owner.scope, depth)
    return None
