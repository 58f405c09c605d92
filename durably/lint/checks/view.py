"""What a check sees: one function that runs in a workflow, and what its expressions mean."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar, overload

from durably.lint.findings import Fix
from durably.lint.guards import ancestors
from durably.lint.reach import Site
from durably.lint.resolving import Resolver
from durably.lint.roles import Roles, is_context
from durably.lint.scopes import Binding, Function, Module, Scope, last_name
from durably.lint.things import Thing, named

A = TypeVar("A", bound=ast.AST)
B = TypeVar("B", bound=ast.AST)
C = TypeVar("C", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check says of a node; where it is and how one gets there is added to it.

    Args:
        node: The node.
        rule: The rule.
        message: What is wrong, in one sentence.
        hint: What to do instead, where it can be said better than the rule says it.
        fix: The change that is safe.
        module: Where the node stands, if that is not where the function does.
    """

    node: ast.AST
    rule: str
    message: str
    hint: str = ""
    fix: Fix | None = None
    module: Module | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One function that runs in a workflow.

    Args:
        site: The function, and how a workflow gets to it.
        resolver: Knows what expressions mean.
        roles: Knows what is a workflow and what an activity.
    """

    site: Site
    resolver: Resolver
    roles: Roles

    @property
    def function(self) -> Function:
        """The function."""
        return self.site.function

    @property
    def scope(self) -> Scope:
        """Its names."""
        return self.site.function.scope

    @property
    def is_workflow(self) -> bool:
        """Whether an engine calls it."""
        return self.site.entry

    @overload
    def each(self, one: type[A], /) -> Iterator[A]: ...
    @overload
    def each(self, one: type[A], other: type[B], /) -> Iterator[A | B]: ...
    @overload
    def each(self, one: type[A], other: type[B], third: type[C], /) -> Iterator[A | B | C]: ...
    @overload
    def each(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]: ...
    def each(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Its own nodes of some kinds, in the order of the text."""
        for node in self.function.nodes:
            if isinstance(node, kinds):
                yield node

    def thing(self, node: ast.expr | None) -> Thing | None:
        """What an expression is."""
        return self.resolver.resolve(node, self.scope)

    def bindings(self, name: str) -> list[Binding]:
        """What a name is bound to within this function; empty for what is bound outside."""
        return self.scope.names.get(name, [])

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What a node stands in."""
        return self.function.module.parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """All that a node stands in, from the inside out, up to the function."""
        return ancestors(node, self.function)

    def loads(self, name: str) -> list[ast.Name]:
        """Where a name is read, in this function and in those within it."""
        inside = [node for function in _family(self.function) for node in function.nodes]
        return [one for one in inside if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)]

    def method(self, call: ast.AST) -> str:
        """The name of the method that is called; an alias such as `call = ctx.call_activity` is followed."""
        if not isinstance(call, ast.Call):
            return ""
        if isinstance(call.func, ast.Name):
            bound = self.bindings(call.func.id)
            value = bound[0].value if len(bound) == 1 else None
            return value.attr if isinstance(value, ast.Attribute) else ""
        return last_name(call.func)

    def target(self, call: ast.Call) -> ast.expr | None:
        """Which activity or child is called."""
        named_ones = (one.value for one in call.keywords if one.arg in {"activity", "workflow", "orchestrator"})
        return call.args[0] if call.args else next(named_ones, None)

    def called(self, call: ast.Call) -> str:
        """The last name of what is called, by its own name where it is known, and else as it is written."""
        return named(self.thing(call.func)) or last_name(call.func)

    def value_of(self, node: ast.expr) -> ast.expr:
        """The expression that a name stands for, where it is bound once in this function."""
        if isinstance(node, ast.Name):
            bound = self.bindings(node.id)
            if len(bound) == 1 and bound[0].value is not None and bound[0].kind == "value":
                return bound[0].value
        return node

    def context(self) -> str:
        """By which name the context is at hand here; empty where it is not."""
        place: Scope | None = self.scope
        while place is not None and place.kind == "function":
            names = [name for name, bound in place.names.items() if is_context(name, bound, self.roles)]
            if names:
                return names[0]
            place = place.parent
        first = self.function.parameters[:1] if self.function in self.roles.workflows else []
        return first[0].arg if first else ""


def _family(function: Function) -> Iterator[Function]:
    yield function
    for one in function.inner:
        yield from _family(one)
