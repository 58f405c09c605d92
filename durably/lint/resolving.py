"""From an expression to what it means, through imports, aliases, attributes, types and calls."""

import ast
import builtins
import sys
from typing import Final

from durably.lint.annotations import core, declared
from durably.lint.classes import attribute, made, method, of_self
from durably.lint.project import Project
from durably.lint.scopes import Binding, Class, Module, Scope
from durably.lint.things import External, Instance, Thing

_BUILTINS: Final = frozenset(dir(builtins))
_DEPTH: Final = 12


class Resolver:
    """Answers what expressions of one project mean; None where it cannot know."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._names: dict[tuple[str, Scope], Thing | None] = {}

    def resolve(self, node: ast.expr | None, scope: Scope, depth: int = _DEPTH) -> Thing | None:
        """What an expression is.

        Args:
            node: The expression.
            scope: Where it stands.
            depth: How many steps may still be made.
        """
        if depth <= 0 or node is None:
            return None
        match node:
            case ast.Name():
                found = self._name(node.id, scope)
            case ast.Attribute():
                found = self.member(self.resolve(node.value, scope, depth - 1), node.attr, depth)
            case ast.Call(func=ast.Name(id="type"), args=[one]):
                found = self.member(self.resolve(one, scope, depth - 1), "__class__", depth)
            case ast.Call():
                found = made(self, self.resolve(node.func, scope, depth - 1), scope, depth)
            case _:
                found = self.resolve(core(node), scope, depth - 1)
        return found

    def lookup(self, name: str, scope: Scope) -> tuple[list[Binding], Scope] | None:
        """The bindings of a name, and the scope that has them, as Python looks it up."""
        place: Scope | None = scope
        while place is not None:
            here = place.module.scope if name in place.shared else place
            if name in here.names and (here.kind != "class" or here is scope):
                return here.names[name], here
            place = place.parent
        return None

    def _name(self, name: str, scope: Scope) -> Thing | None:
        key = name, scope
        if key not in self._names:
            self._names[key] = None  # for whatever leads back to itself
            self._names[key] = self._looked_up(name, scope)
        return self._names[key]

    def _looked_up(self, name: str, scope: Scope) -> Thing | None:
        found = self.lookup(name, scope)
        if found:
            return self._bound(*found, _DEPTH)
        starred = self._starred(name, scope.module, _DEPTH)
        if starred:
            return starred
        return External(f"builtins.{name}") if name in _BUILTINS else None

    def _starred(self, name: str, module: Module, depth: int) -> Thing | None:
        for star in module.scope.stars:
            found = self.project.find(star.target, level=star.level, seen_from=module.source.path)
            if found:
                thing = self.member(found, name, depth)
                if thing:
                    return thing
            elif name in dir(sys.modules.get(star.target)):
                return External(f"{star.target}.{name}")
        return None

    def _bound(self, bindings: list[Binding], scope: Scope, depth: int) -> Thing | None:
        defined = [one for one in bindings if one.kind in {"import", "function", "class"}]
        if defined:
            one = defined[-1]
            return one.owner or self._imported(one, scope.module, depth)
        things = (self._of_binding(one, scope, depth) for one in bindings)
        return next((thing for thing in things if thing), None)

    def _of_binding(self, one: Binding, scope: Scope, depth: int) -> Thing | None:
        if one.annotation is not None:
            declared = self.declared(one.annotation, scope, depth)
            if declared:
                return declared
        if one.kind == "parameter":
            return of_self(one, scope)
        return self.resolve(one.value, scope, depth - 1) if one.kind == "value" else None

    def declared(self, annotation: ast.expr | None, scope: Scope, depth: int = _DEPTH) -> Instance | None:
        """An instance of the type that is declared."""
        return declared(self, annotation, scope, depth)

    def _imported(self, one: Binding, module: Module, depth: int) -> Thing | None:
        path = module.source.path
        if isinstance(one.node, ast.Import):
            return self.project.find(one.target, level=0, seen_from=path) or External(one.target)
        package, _, name = one.target.rpartition(".")
        inside = self.project.find(package, level=one.level, seen_from=path)
        if inside is not None and inside is not module:
            thing = self.member(inside, name, depth)
            if thing:
                return thing
        whole = self.project.find(one.target, level=one.level, seen_from=path)
        return whole or (None if inside else External(one.target))

    def member(self, thing: Thing | None, name: str, depth: int = _DEPTH) -> Thing | None:
        """What an attribute of something is."""
        if depth <= 0:
            return None
        found: Thing | None = None
        match thing:
            case External():
                found = External(f"{thing.name}.{name}", inside=thing.inside)
            case Instance(of=External() as made):
                found = External(f"{made.name}.{name}", inside=thing.inside)
            case Instance(of=Class() as owner):
                found = attribute(self, owner, name, depth)
            case Module():
                found = self._of_module(thing, name, depth)
            case Class():
                found = method(self, thing, name) or attribute(self, thing, name, depth)
        return found

    def _of_module(self, module: Module, name: str, depth: int) -> Thing | None:
        if name in module.scope.names:
            return self._bound(module.scope.names[name], module.scope, depth - 1)
        path = module.source.path
        below = self.project.find(name, level=1, seen_from=path) if path.stem == "__init__" else None
        return self._starred(name, module, depth - 1) or below
