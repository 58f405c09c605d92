"""Values that were made when a module was imported, by what a workflow may not do itself."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.outside import EXACT, rule_of
from durably.lint.checks.view import View
from durably.lint.classes import descends
from durably.lint.constants import home_of
from durably.lint.scopes import Class, Module, Scope, last_name
from durably.lint.things import External, Instance

_NO_VALUES: Final = frozenset({"GLOBALS", "UNORDERED"})


def kept_rules(view: View, node: ast.Name | ast.Attribute) -> Iterator[str]:
    """The rules against a name of a module, or of a class, whose value comes from outside.

    Args:
        view: The function that reads it.
        node: The name, or the attribute.
    """
    for value, scope in _kept(view, node):
        yield from _made_of(view, value, scope)


def _kept(view: View, node: ast.Name | ast.Attribute) -> Iterator[tuple[ast.expr | None, Scope]]:
    name, scope, kind = last_name(node), view.scope, "module"
    if isinstance(node, ast.Attribute):
        owner = view.thing(node.value)
        if isinstance(owner, Instance) and isinstance(owner.of, Class) and not owner.inside:
            yield from ((value, method.scope) for value, method in owner.of.attributes.get(name, []))
            owner = owner.of
        if not isinstance(owner, Module | Class):
            return
        scope, kind = owner.scope, owner.scope.kind
    found = home_of(view.resolver, name, scope)
    if found and found[1].kind == kind:
        yield from ((one.value, found[1]) for one in found[0] if one.kind == "value")


def _made_of(view: View, value: ast.expr | None, scope: Scope) -> Iterator[str]:
    """The rules against what an expression of a module calls and reads."""
    for part in ast.walk(value) if value else ():
        if isinstance(part, ast.Call):
            yield from _called(view, part, scope)
        elif isinstance(part, ast.Attribute | ast.Name):
            thing = view.resolver.resolve(part, scope)
            if isinstance(thing, External) and EXACT.get(thing.name) == "ENV":
                yield "ENV"


def _called(view: View, call: ast.Call, scope: Scope) -> Iterator[str]:
    thing = view.resolver.resolve(call.func, scope)
    if isinstance(thing, Class) and descends(view.resolver, thing, "BaseSettings"):
        yield "ENV"
    if not isinstance(thing, External):
        return
    seeded = thing.name == "random.Random"  # its state goes on from one execution to the next
    rule = "RANDOM" if seeded else rule_of(thing.name, inside=False, arguments=0)
    if rule and rule not in _NO_VALUES:
        yield rule
