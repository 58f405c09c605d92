"""What the code of a project registers: by decorators, by calls, and in tables of definitions."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.constants import text_of
from durably.lint.resolving import Resolver
from durably.lint.roles import SCHEDULING, Roles, by_form
from durably.lint.scopes import Function, Module, Scope, last_name
from durably.lint.things import named

_DEFINITIONS: Final = {"WorkflowDefinition": "workflow", "ActivityDefinition": "activity"}
_RUN: Final = {"WorkflowDefinition": 2, "ActivityDefinition": 1}
"""Where `run` stands among the arguments."""
_REGISTERS: Final = {
    "register_workflow": "workflow",
    "register_versioned_workflow": "workflow",
    "register_activity": "activity",
    "add_orchestrator": "workflow",
    "add_activity": "activity",
}
_DECORATORS: Final = {
    "workflow": "workflow",
    "async_workflow": "workflow",
    "versioned_workflow": "workflow",
    "activity": "activity",
}


def roles(resolver: Resolver) -> Roles:
    """Go through a project and find them."""
    found = Roles()
    for module in resolver.project.modules:
        for function in module.functions:
            _by_decorator(resolver, function, found)
        tables = _names_of_tables(module)
        for call, scope in _calls(module):
            _by_call(resolver, call, scope, tables, found)
    for module in resolver.project.modules:
        for function in module.functions:
            by_form(resolver, function, found)
    return found


def _calls(module: Module) -> Iterator[tuple[ast.Call, Scope]]:
    for node in module.nodes:
        if isinstance(node, ast.Call):
            yield node, module.scope
    for function in module.functions:
        for node in function.nodes:
            if isinstance(node, ast.Call):
                yield node, function.scope


def _by_decorator(resolver: Resolver, function: Function, found: Roles) -> None:
    outside = function.scope.parent or function.scope
    for decorator in function.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        role = _DECORATORS.get(last_name(target))
        if role is None or not (isinstance(target, ast.Attribute) or function.parameters):
            continue
        given = decorator if isinstance(decorator, ast.Call) else None
        found.add(role, function, _name(resolver, given, outside))
        found.places.add(function.module)
    for decorator in function.node.decorator_list:
        if isinstance(decorator, ast.Call) and last_name(decorator.func) == "alternate_name":
            for names in found.names.values():
                names.add(_name(resolver, decorator, outside) or function.name)


def _by_call(resolver: Resolver, call: ast.Call, scope: Scope, tables: set[str], found: Roles) -> None:
    called = last_name(call.func)
    given = [*call.args, *(one.value for one in call.keywords if one.arg in {"fn", "activity", "workflow"})]
    if called in _REGISTERS and given:
        name = _name(resolver, call, scope)
        for one in _each(resolver, given[0], scope):
            found.add(_REGISTERS[called], resolver.resolve(one, scope), name)
        found.places.add(scope.module)
    elif called in SCHEDULING and given:
        thing = resolver.resolve(given[0], scope)
        if isinstance(thing, Function) and called == "call_activity":
            found.activities.add(thing)
    elif called in tables and named(resolver.resolve(call.func, scope)) in _DEFINITIONS:
        _by_table(resolver, call, scope, found)


def _names_of_tables(module: Module) -> set[str]:
    """How definitions are called in a module: by their names, or by those that it imports them under."""
    bound = module.scope.names.items()
    return {*_DEFINITIONS, *(name for name, some in bound if some[-1].target.endswith(tuple(_DEFINITIONS)))}


def _each(resolver: Resolver, given: ast.expr, scope: Scope) -> list[ast.expr]:
    """What a name stands for, one after the other, in a loop that registers all of a list."""
    bound = resolver.lookup(given.id, scope) if isinstance(given, ast.Name) else None
    one = bound[0][0] if bound and len(bound[0]) == 1 and bound[0][0].kind == "item" else None
    if one is None:
        return [given]
    listed = one.value
    found = resolver.lookup(listed.id, scope) if isinstance(listed, ast.Name) else None
    listed = found[0][0].value if found else listed
    return listed.elts if isinstance(listed, ast.Tuple | ast.List | ast.Set) else [given]


def _by_table(resolver: Resolver, call: ast.Call, scope: Scope, found: Roles) -> None:
    kind = named(resolver.resolve(call.func, scope))
    given = {one.arg: one.value for one in call.keywords if one.arg}
    names = call.args[0] if call.args else given.get("name")
    run = call.args[_RUN[kind]] if len(call.args) > _RUN[kind] else given.get("run")
    name = text_of(resolver, names, scope) if names else None
    found.add(_DEFINITIONS[kind], resolver.resolve(run, scope), name or "*")
    found.places.add(scope.module)


def _name(resolver: Resolver, call: ast.Call | None, scope: Scope) -> str | None:
    given = next((one.value for one in call.keywords if one.arg == "name"), None) if call else None
    return (text_of(resolver, given, scope) or "*") if given is not None else None
