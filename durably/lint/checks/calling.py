"""DIRECT and UNREGISTERED: activities and children that are reached in the wrong way, or not at all."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.view import Hit, View
from durably.lint.constants import text_of
from durably.lint.roles import KNOWN
from durably.lint.scopes import Function, Module
from durably.lint.things import External, named

_APPLIES: Final = frozenset({"builtins.map", "builtins.filter", "itertools.starmap", "functools.partial"})
_CALLS: Final = {"call_activity": "activity", "call_child_workflow": "workflow", "call_sub_orchestrator": "workflow"}


def direct(view: View) -> Iterator[Hit]:
    """Activities that are called as the functions that they are."""
    for call in view.each(ast.Call):
        thing = view.thing(call.func)
        if isinstance(thing, Function) and thing in view.roles.activities:
            yield _direct(call, thing.name)
        elif isinstance(thing, External) and thing.name in _APPLIES and call.args:
            applied = view.thing(call.args[0])
            if isinstance(applied, Function) and applied in view.roles.activities:
                yield _direct(call, applied.name)
    for node in view.each(ast.Yield):
        thing = view.thing(node.value) if isinstance(node.value, ast.Name) else None
        if isinstance(thing, Function) and thing in view.roles.activities:
            yield _direct(node, thing.name)


def _direct(node: ast.AST, name: str) -> Hit:
    says = f"`{name}` is an activity, and runs here inside the workflow, at every replay again"
    return Hit(node, "DIRECT", says, hint=f"write `yield ctx.call_activity({name}, input=...)`")


def unregistered(view: View) -> Iterator[Hit]:
    """Names that no worker will know."""
    if not _is_near(view, view.function.module):
        return
    for call in view.each(ast.Call):
        kind = _CALLS.get(view.method(call))
        target = view.target(call) if kind and not any(one.arg == "app_id" for one in call.keywords) else None
        name = _unknown(view, target, view.roles.names[kind]) if kind and target is not None else ""
        if name:
            yield Hit(call, "UNREGISTERED", f"no {kind} `{name}` is registered in this project")


def _unknown(view: View, node: ast.expr, names: set[str]) -> str:
    thing = view.thing(node)
    if "*" in names:
        return ""
    if isinstance(thing, Function):
        return "" if thing in view.roles.registered or thing.name in names else thing.name
    if names <= KNOWN:  # nothing of this kind is registered here, so it is elsewhere
        return ""
    text = text_of(view.resolver, node, view.scope)
    return text if text and text not in names and not named(thing) else ""


def _is_near(view: View, module: Module) -> bool:
    """Whether what registers belongs to this module: they are joined by imports."""
    near, waiting = {module}, [module]
    neighbours = view.resolver.project.neighbours
    while waiting:
        for one in neighbours[waiting.pop()]:
            if one not in near:
                near.add(one)
                waiting.append(one)
    return not near.isdisjoint(view.roles.places)
