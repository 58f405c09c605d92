"""From a function to those that it runs."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from durably.lint.checks.outside import within
from durably.lint.classes import factories, method, properties
from durably.lint.constants import home_of
from durably.lint.guards import is_guarded
from durably.lint.resolving import Resolver
from durably.lint.roles import SCHEDULING, Roles
from durably.lint.scopes import Class, Function, last_name
from durably.lint.things import External, Instance, Thing


@dataclass(frozen=True, slots=True)
class Step:
    """A function that is run, and whether only where no replay comes."""

    to: Function
    guarded: bool


class Steps:
    """What each function runs, looked up once.

    Args:
        resolver: Knows what expressions mean.
        roles: Knows what is a workflow and what an activity.
    """

    def __init__(self, resolver: Resolver, roles: Roles) -> None:
        self._resolver, self._roles = resolver, roles
        self._known: dict[Function, list[Step]] = {}

    def of(self, function: Function) -> list[Step]:
        """What a function runs."""
        if function not in self._known:
            self._known[function] = list(_steps(self._resolver, function, self._roles))
        return self._known[function]

    def targets(self) -> set[Function]:
        """Whatever a workflow, or what it gets to, runs besides itself."""
        found: set[Function] = set()
        waiting, seen = list(self._roles.workflows), set(self._roles.workflows)
        while waiting:
            one = waiting.pop()
            targets = {step.to for step in self.of(one)}
            found |= targets - {one}
            waiting += targets - seen
            seen |= targets
        return found


def _steps(resolver: Resolver, function: Function, roles: Roles) -> Iterator[Step]:
    for node in function.nodes:
        hidden = is_guarded(node, function)
        for thing in _used(resolver, function, node):
            for one in _run_by(resolver, thing):
                if one not in roles.activities:
                    yield Step(one, hidden)
    for decorator in function.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        thing = resolver.resolve(target, function.scope.parent or function.scope)
        for one in _wrappers(thing) if isinstance(thing, Function) else ():
            yield Step(one, guarded=False)


def _wrappers(decorator: Function) -> Iterator[Function]:
    for one in decorator.inner:
        yield one
        yield from _wrappers(one)


def _used(resolver: Resolver, function: Function, node: ast.AST) -> Iterator[Thing | None]:
    if isinstance(node, ast.Call):
        yield from _called(resolver, function, node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _listed(resolver, function, node)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        owner = resolver.resolve(node.value, function.scope)
        if isinstance(owner, Instance) and isinstance(owner.of, Class):
            yield properties(resolver, owner.of, node.attr)


def _called(resolver: Resolver, function: Function, call: ast.Call) -> Iterator[Thing | None]:
    called = resolver.resolve(call.func, function.scope)
    is_coroutine = isinstance(called, Function) and isinstance(called.node, ast.AsyncFunctionDef)
    if not is_coroutine or isinstance(function.node, ast.AsyncFunctionDef):
        yield called  # a coroutine runs only where another rule is broken, and is found there
    if last_name(call.func) in SCHEDULING or last_name(call.func) == "call_sub_orchestrator":
        return
    if isinstance(called, External) and within(called.name) in {"THREADS", "ASYNCIO"}:
        return
    for given in (*call.args, *(one.value for one in call.keywords)):
        if isinstance(given, ast.Name | ast.Attribute):
            thing = resolver.resolve(given, function.scope)
            yield thing if isinstance(thing, Function) else None


def _listed(resolver: Resolver, function: Function, node: ast.Name) -> Iterator[Thing | None]:
    """The functions in a table that is read: one of them is meant to be called."""
    found = home_of(resolver, node.id, function.scope)
    for one in found[0] if found else ():
        match one.value:
            case ast.Dict(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts) if one.kind == "value" and found:
                for part in parts:
                    thing = resolver.resolve(part, found[1])
                    yield thing if isinstance(thing, Function) else None


def _run_by(resolver: Resolver, thing: Thing | None) -> Iterator[Function]:
    if isinstance(thing, Function):
        yield thing
    elif isinstance(thing, Class):
        for name in ("__new__", "__init__", "__post_init__"):
            found = method(resolver, thing, name)
            if found:
                yield found
        for factory in factories(thing):
            made = resolver.resolve(factory, thing.scope)
            if isinstance(made, Function):
                yield made
