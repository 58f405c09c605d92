"""Methods, attributes and bases of the project's own classes, and what calls make."""

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durably.lint.scopes import Binding, Class, Function, Scope
from durably.lint.things import External, Instance, Thing, named

if TYPE_CHECKING:
    from durably.lint.resolving import Resolver


def lineage(resolver: "Resolver", owner: Class) -> Iterator[Class | External]:
    """A class and what it inherits from, nearest first."""
    seen: list[Class] = []
    waiting: list[Class | External] = [owner]
    while waiting:
        one = waiting.pop(0)
        yield one
        if isinstance(one, Class) and one not in seen and one.scope.parent:
            seen.append(one)
            bases = (resolver.resolve(base, one.scope.parent) for base in one.node.bases)
            waiting += [base for base in bases if isinstance(base, Class | External) and base not in seen]


def descends(resolver: "Resolver", owner: Class, name: str) -> bool:
    """Whether a class of this name is among what it inherits from."""
    return any(named(one) == name for one in lineage(resolver, owner))


def method(resolver: "Resolver", owner: Class, name: str) -> Function | None:
    """A method of a class."""
    families = (one for one in lineage(resolver, owner) if isinstance(one, Class))
    return next((one.methods[name] for one in families if name in one.methods), None)


def attribute(resolver: "Resolver", owner: Class, name: str, depth: int) -> Thing | None:
    """What an attribute of an instance is."""
    if name == "__class__":
        return owner
    for one in lineage(resolver, owner):
        if not isinstance(one, Class):
            continue
        if name in one.methods:
            found = one.methods[name]
            return resolver.declared(found.node.returns, found.scope, depth - 1) if _computed(found) else found
        for binding in one.scope.names.get(name, []):
            declared: Thing | None = resolver.declared(binding.annotation, one.scope, depth - 1)
            thing = declared or resolver.resolve(binding.value, one.scope, depth - 1)
            if thing:
                return thing
        assigned = one.attributes.get(name, [])
        things = (resolver.resolve(value, function.scope, depth - 1) for value, function in assigned)
        made = next((thing for thing in things if thing), None)
        if made:
            return made
    return None


def _computed(found: Function) -> bool:
    return bool(found.decorators & {"property", "cached_property"})


def properties(resolver: "Resolver", owner: Class, name: str) -> Function | None:
    """The function behind a property."""
    found = method(resolver, owner, name)
    return found if found and _computed(found) else None


def factories(owner: Class) -> Iterator[ast.expr]:
    """What a dataclass or a model calls for each new instance."""
    for node in owner.node.body:
        value = node.value if isinstance(node, ast.AnnAssign | ast.Assign) else None
        if isinstance(value, ast.Call):
            yield from (one.value for one in value.keywords if one.arg == "default_factory")


def of_self(one: Binding, scope: Scope) -> Thing | None:
    """What a method gets first: an object of its class, or the class; None for every other parameter."""
    function = scope.function
    if function is None or function.owner is None or "staticmethod" in function.decorators:
        return None
    given = function.node.args
    if one.node not in [*given.posonlyargs, *given.args][:1]:
        return None
    return function.owner if "classmethod" in function.decorators else Instance(function.owner, inside=True)


def above(resolver: "Resolver", scope: Scope) -> Thing | None:
    """What `super()` is in a method."""
    owner = scope.function.owner if scope.function else None
    family = lineage(resolver, owner) if owner else iter(())
    found = next((one for one in family if isinstance(one, Class) and one is not owner), None)
    return Instance(found, inside=True) if found else None


def made(resolver: "Resolver", thing: Thing | None, scope: Scope, depth: int) -> Thing | None:
    """What a call returns."""
    if isinstance(thing, External) and thing.name == "builtins.super":
        return above(resolver, scope)
    if isinstance(thing, External):
        return Instance(External(thing.name), inside=scope.kind == "function")
    if isinstance(thing, Class):
        return Instance(thing, inside=scope.kind == "function")
    if isinstance(thing, Function) and not thing.is_generator:
        return resolver.declared(thing.node.returns, thing.module.scope, depth - 1)
    return None
