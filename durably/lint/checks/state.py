"""GLOBALS: what outlives one execution and changes."""

import ast
from collections.abc import Iterator

from durably.lint.checks.mutations import Mutations, changed_target, changing_attributes
from durably.lint.checks.view import Hit, View
from durably.lint.constants import home_of
from durably.lint.scopes import Class, Function, Module
from durably.lint.things import Instance, Thing


def shared_state(view: View, mutations: Mutations) -> Iterator[Hit]:
    """Reads and writes of what modules, classes and functions hold, where it changes."""
    for node in view.each(ast.Name):
        yield from _of_name(view, node, mutations)
    for attribute in view.each(ast.Attribute):
        yield from _of_attribute(view, attribute, mutations)
    yield from _of_defaults(view)


def _of_name(view: View, node: ast.Name, mutations: Mutations) -> Iterator[Hit]:
    found = view.resolver.lookup(node.id, view.scope)
    if not found or found[1].kind != "module":
        return
    bindings, place = found
    if isinstance(node.ctx, ast.Store | ast.Del):
        yield _hit(node, node.id, "is written here, for all executions of this process")
    elif any(one.kind == "import" for one in bindings):
        imported = mutations.imported(bindings[-1], place)
        if imported and mutations.changes(*imported):
            yield _hit(node, node.id, "is changed while the process runs")
    elif mutations.changes(place, node.id) and not _has_methods(view.thing(node)):
        yield _hit(node, node.id, "is changed while the process runs")


def _has_methods(thing: Thing | None) -> bool:
    """Whether it is looked at attribute by attribute."""
    return isinstance(thing, Function | Module | Class) or (isinstance(thing, Instance) and isinstance(thing.of, Class))


def _of_attribute(view: View, node: ast.Attribute, mutations: Mutations) -> Iterator[Hit]:
    owner = view.thing(node.value)
    name = ast.unparse(node)
    if isinstance(owner, Module):
        if mutations.changes(owner.scope, node.attr):
            yield _hit(node, name, "is changed while the process runs")
        return
    if isinstance(owner, Class | Function):
        if not isinstance(node.ctx, ast.Load) or mutations.changes_on(owner, node.attr):
            yield _hit(node, name, "is shared by all executions of this process")
        return
    if isinstance(node.value, ast.Name) and _is_self(view, node.value.id):
        yield from _of_self(view, node, mutations)
    elif isinstance(owner, Instance) and isinstance(owner.of, Class):
        found = home_of(view.resolver, node.value.id, view.scope) if isinstance(node.value, ast.Name) else None
        if found and found[1].kind == "module":
            yield from _of_instance(node, owner.of, is_changed=mutations.changes(found[1], ast.unparse(node)))


def _is_self(view: View, name: str) -> bool:
    if not view.site.shared or view.function.owner is None:
        return False
    first = view.function.node.args.args[:1]
    return bool(first) and first[0].arg == name


def _of_self(view: View, node: ast.Attribute, mutations: Mutations) -> Iterator[Hit]:
    owner = view.function.owner
    if owner is None or node.attr in owner.methods:
        return
    writers = {function for _, function in owner.attributes.get(node.attr, []) if function.name != "__init__"}
    if not isinstance(node.ctx, ast.Load) or writers or mutations.changes_on(owner, node.attr):
        yield _hit(node, ast.unparse(node), "belongs to an object that all executions of this process share")


def _of_instance(node: ast.Attribute, owner: Class, *, is_changed: bool) -> Iterator[Hit]:
    """An object of the module that its methods change."""
    changing = changing_attributes(owner)
    method = owner.methods.get(node.attr)
    touched = {one.attr for one in method.nodes if isinstance(one, ast.Attribute)} if method else {node.attr}
    if is_changed or not isinstance(node.ctx, ast.Load) or touched & changing:
        yield _hit(node, ast.unparse(node), "belongs to an object that all executions of this process share")


def _of_defaults(view: View) -> Iterator[Hit]:
    args = view.function.node.args
    named = [*args.posonlyargs, *args.args][len(args.posonlyargs) + len(args.args) - len(args.defaults) :]
    mutable = {
        one.arg
        for one, value in zip(named, args.defaults, strict=True)
        if isinstance(value, ast.List | ast.Dict | ast.Set)
    }
    for node in view.each(ast.Call, ast.Assign, ast.AugAssign, ast.Delete) if mutable else ():
        for target in changed_target(node):
            if isinstance(target, ast.Name) and target.id in mutable:
                yield _hit(node, target.id, "is a default that all executions of this process share")


def _hit(node: ast.AST, name: str, says: str) -> Hit:
    return Hit(node, "GLOBALS", f"`{name}` {says}")
