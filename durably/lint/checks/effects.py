"""CLOCK, RANDOM, UUID, ENV, FILES, NETWORK, THREADS, ASYNCIO: what reaches out of a workflow."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.kept import kept_rules
from durably.lint.checks.outside import CERTAIN_METHODS, EXACT, rule_of, within
from durably.lint.checks.replacing import replacement
from durably.lint.checks.view import Hit, View
from durably.lint.classes import descends, factories
from durably.lint.constants import home_of
from durably.lint.scopes import Class, Function, Scope, last_name
from durably.lint.things import External, named

SAYS: Final = {
    "CLOCK": "`{}` reads the clock, and every replay reads another time",
    "RANDOM": "`{}` is random, and every replay draws another value",
    "UUID": "`{}` makes another id at every replay",
    "ENV": "`{}` depends on the process, and a replay may run in another one",
    "FILES": "`{}` touches the file system, at every replay again",
    "NETWORK": "`{}` talks to something outside, at every replay again",
    "THREADS": "`{}` leaves the one thread that replays a workflow, or blocks it",
    "ASYNCIO": "`{}` belongs to an event loop; a workflow waits with `yield` alone",
    "GLOBALS": "`{}` is state that executions share, and replays change or see changed",
    "UNORDERED": "`{}` gives another value in every process",
}


def effects(view: View) -> Iterator[Hit]:
    """Calls and references that a replay cannot repeat."""
    for call in view.each(ast.Call):
        yield from _of_call(view, call)
    for node in view.each(ast.Name, ast.Attribute):
        yield from _of_reference(view, node)
    for default in (*view.function.node.args.defaults, *view.function.node.args.kw_defaults):
        if default is not None:
            yield from _within(view, default, view.scope.parent or view.scope)
    yield from _asynchronous(view)


def _of_call(view: View, call: ast.Call) -> Iterator[Hit]:
    thing = view.thing(call.func)
    count = len(call.args) + len(call.keywords)
    if isinstance(thing, External):
        rule = rule_of(thing.name, inside=thing.inside, arguments=count)
        if rule:
            yield _hit(view, call, rule, thing.name)
    elif isinstance(thing, Class):
        yield from _of_class(view, call, thing)
    elif isinstance(call.func, ast.Name) and thing is None:
        yield from _of_lambda(view, call.func)
    elif thing is None and isinstance(call.func, ast.Attribute) and call.func.attr in CERTAIN_METHODS:
        yield _hit(view, call, "FILES", ast.unparse(call.func))


def _of_lambda(view: View, called: ast.Name) -> Iterator[Hit]:
    found = home_of(view.resolver, called.id, view.scope)
    for one in found[0] if found and found[1] is not view.scope else ():
        if isinstance(one.value, ast.Lambda):
            yield from _within(view, one.value.body, found[1] if found else view.scope)


def _of_class(view: View, call: ast.Call, made: Class) -> Iterator[Hit]:
    if descends(view.resolver, made, "BaseSettings"):
        yield _hit(view, call, "ENV", made.node.name)
    for factory in factories(made):
        yield from _within(view, factory, made.scope)


def _within(view: View, value: ast.AST, scope: Scope) -> Iterator[Hit]:
    """What an expression elsewhere does when the workflow comes by: a default, a factory, a lambda."""
    for node in ast.walk(value):
        called = node.func if isinstance(node, ast.Call) else node
        thing = view.resolver.resolve(called, scope) if isinstance(called, ast.Name | ast.Attribute) else None
        rule = rule_of(thing.name, inside=thing.inside, arguments=0) if isinstance(thing, External) else ""
        if rule in SAYS and isinstance(thing, External):
            yield Hit(node, rule, SAYS[rule].format(_short(thing.name)), module=scope.module)


def _of_reference(view: View, node: ast.Name | ast.Attribute) -> Iterator[Hit]:
    if not isinstance(node.ctx, ast.Load) or _is_called(view, node):
        return
    thing = view.thing(node)
    if isinstance(thing, External) and thing.name in EXACT and not thing.inside:
        attribute = EXACT[thing.name] == "ENV" and not thing.name.endswith(("getenv", "getpid", "gethostname"))
        if attribute or isinstance(view.parent(node), ast.Call | ast.keyword):
            yield _hit(view, node, EXACT[thing.name], thing.name)
    else:
        rule = next(kept_rules(view, node), "")
        if rule:
            yield _hit(view, node, rule, ast.unparse(node))


def _is_called(view: View, node: ast.expr) -> bool:
    parent = view.parent(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _asynchronous(view: View) -> Iterator[Hit]:
    function = view.function.node
    if isinstance(function, ast.AsyncFunctionDef):
        if view.is_workflow and not _may_be_async(view):
            says = f"`async def {function.name}` runs in a workflow, which has to be a generator"
            yield Hit(function, "ASYNCIO", says)
        return
    for call in view.each(ast.Call):
        thing = view.thing(call.func)
        is_async = isinstance(thing, Function) and isinstance(thing.node, ast.AsyncFunctionDef)
        if is_async and thing not in view.roles.activities and not _is_handed_on(view, call):
            yield Hit(call, "ASYNCIO", f"`{named(thing)}` is `async def`, and nothing in a workflow can await it")


def _is_handed_on(view: View, call: ast.Call) -> bool:
    """Whether something of asyncio gets the coroutine, which is said of that."""
    parent = view.parent(call)
    thing = view.thing(parent.func) if isinstance(parent, ast.Call) else None
    return isinstance(thing, External) and within(thing.name) in {"THREADS", "ASYNCIO"}


def _may_be_async(view: View) -> bool:
    """Whether it is written for an SDK that has workflows of this kind."""
    types = (one.annotation for one in view.function.parameters[:1] if one.annotation)
    return "async_workflow" in view.function.decorators or any(last_name(one).startswith("Async") for one in types)


def _hit(view: View, node: ast.expr, rule: str, name: str) -> Hit:
    return Hit(node, rule, SAYS[rule].format(_short(name)), fix=replacement(view, node, name))


def _short(name: str) -> str:
    return name.removeprefix("builtins.").removeprefix("datetime.datetime.now.")
