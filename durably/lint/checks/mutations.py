"""What of a module, a class or a function is changed anywhere in the project."""

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from durably.lint.resolving import Resolver
from durably.lint.scopes import Binding, Class, Function, Module, Scope
from durably.lint.things import Instance
from durably.lint.words import words

_CHANGES: Final = words(
    "append appendleft extend extendleft insert remove discard add update pop popleft popitem clear setdefault sort"
    " reverse subtract move_to_end rotate"
)


def changed_target(node: ast.AST) -> Iterator[ast.expr]:
    """What a statement or a call changes in place."""
    match node:
        case ast.Call(func=ast.Attribute(value=target, attr=attr)) if attr in _CHANGES:
            yield target
        case ast.Call(func=ast.Name(id="next"), args=[ast.Name() | ast.Attribute() as target, *_]):
            yield target
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            yield from (one.value for one in targets if isinstance(one, ast.Subscript))
        case ast.AugAssign(target=ast.Subscript(value=target)):
            yield target


class Mutations:
    """Answers whether something that outlives an execution is changed by any function.

    Args:
        resolver: Knows what expressions mean.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def changes(self, scope: Scope, name: str) -> bool:
        """Whether a function changes what a name of a module stands for."""
        return (scope, name) in self._of_modules or any(one.writer for one in scope.names.get(name, []))

    def changes_on(self, owner: Class | Function, name: str) -> bool:
        """Whether a function assigns or changes an attribute of a class or of a function."""
        return (owner, name) in self._of_owners

    def imported(self, binding: Binding, place: Scope) -> tuple[Scope, str] | None:
        """The module and the name that an import takes its meaning from."""
        package, _, name = binding.target.rpartition(".")
        path = place.module.source.path
        module = self._resolver.project.find(package, level=binding.level, seen_from=path)
        return (module.scope, name) if module and isinstance(binding.node, ast.ImportFrom) else None

    @cached_property
    def _of_modules(self) -> set[tuple[Scope, str]]:
        return {(scope, name) for scope, name in self._all if isinstance(scope, Scope)}

    @cached_property
    def _of_owners(self) -> set[tuple[Class | Function, str]]:
        return {(owner, name) for owner, name in self._all if isinstance(owner, Class | Function)}

    @cached_property
    def _all(self) -> set[tuple[Scope | Class | Function, str]]:
        modules = self._resolver.project.modules
        functions = (function for module in modules for function in module.functions)
        return {found for function in functions for node in function.nodes for found in self._by(node, function)}

    def _by(self, node: ast.AST, function: Function) -> Iterator[tuple[Scope | Class | Function, str]]:
        for target in changed_target(node):
            yield from self._named(target, function)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            owner = self._owner(node.value, function)
            if owner is not None and not (owner is function.owner and function.name == "__init__"):
                yield owner, node.attr
            elif owner is None:
                yield from ((place, f"{name}.{node.attr}") for place, name in self._named(node.value, function))

    def _named(self, target: ast.expr, function: Function) -> Iterator[tuple[Scope | Class | Function, str]]:
        if isinstance(target, ast.Name):
            found = self._resolver.lookup(target.id, function.scope)
            if found and found[1].kind == "module":
                yield found[1], target.id
                source = self.imported(found[0][-1], found[1]) if found[0][-1].kind == "import" else None
                if source:
                    yield source
        elif isinstance(target, ast.Attribute):
            owner = self._owner(target.value, function)
            if owner is not None:
                yield owner, target.attr

    def _owner(self, node: ast.expr, function: Function) -> Scope | Class | Function | None:
        thing = self._resolver.resolve(node, function.scope)
        if isinstance(thing, Module):
            return thing.scope
        if isinstance(thing, Instance) and isinstance(thing.of, Class) and thing.of is function.owner:
            return thing.of
        return thing if isinstance(thing, Class | Function) else None


def changing_attributes(owner: Class) -> set[str]:
    """The attributes of its objects that a class changes after their making."""
    changing = {name for name, written in owner.attributes.items() if any(f.name != "__init__" for _, f in written)}
    for method in owner.methods.values():
        for node in method.nodes if method.name != "__init__" else ():
            changing |= {target.attr for target in changed_target(node) if isinstance(target, ast.Attribute)}
    return changing
