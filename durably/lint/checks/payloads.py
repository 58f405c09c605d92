"""PAYLOAD: inputs that cannot stand in a history, and several where there is one."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.sets import is_set
from durably.lint.checks.view import Hit, View
from durably.lint.roles import CONTEXT_NAMES
from durably.lint.scopes import Class, Function, Module
from durably.lint.things import External, Instance, Thing
from durably.lint.words import words

_CALLS: Final = frozenset({"call_activity", "call_child_workflow", "call_sub_orchestrator"})
_MADE: Final = {
    **dict.fromkeys(("open", "io.open"), "an open file"),
    **dict.fromkeys(("object",), "a bare object"),
    **dict.fromkeys(("map", "filter", "zip", "iter", "reversed", "enumerate", "itertools.chain"), "an iterator"),
    **dict.fromkeys(("range", "bytes", "bytearray", "memoryview", "complex"), "no JSON"),
    **dict.fromkeys(("datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta"), "no JSON"),
    **dict.fromkeys(("decimal.Decimal", "uuid.UUID", "uuid.uuid4", "uuid.uuid5", "pathlib.Path"), "no JSON"),
    **dict.fromkeys(("logging.getLogger", "threading.Lock", "re.compile", "io.BytesIO", "io.StringIO"), "no JSON"),
    **dict.fromkeys(("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.now"), "no JSON"),
}
_KNOWN: Final = words("activity workflow orchestrator input instance_id retry_policy app_id propagation version")
_VIEWS: Final = frozenset({"keys", "values", "items"})
_HINT: Final = "pass one value that JSON can hold: a dict, a list, a dataclass or a model"


def payloads(view: View) -> Iterator[Hit]:
    """Inputs of activities, children and of the workflow itself."""
    for call in view.each(ast.Call):
        method = view.method(call)
        if method in _CALLS:
            yield from _of_call(view, call)
        elif method == "continue_as_new" and call.args:
            yield from _of_value(view, call.args[0])
    yield from _of_workflow(view)


def _of_call(view: View, call: ast.Call) -> Iterator[Hit]:
    odd = [one.arg for one in call.keywords if one.arg and one.arg not in _KNOWN]
    if len(call.args) > 1 or odd:
        yield Hit(call, "PAYLOAD", "it takes one input, by the keyword `input`; more arguments are refused", hint=_HINT)
        return
    for keyword in call.keywords:
        if keyword.arg == "input":
            yield from _of_value(view, keyword.value)


def _of_value(view: View, node: ast.expr) -> Iterator[Hit]:
    what = _unfit(view, node)
    if what:
        yield Hit(node, "PAYLOAD", f"the input is {what}, which cannot be written into the history", hint=_HINT)


def _unfit(view: View, node: ast.expr, depth: int = 5) -> str:
    """What cannot be written, in an input or in a part of it."""
    value = view.value_of(node)
    parts: list[ast.expr] = []
    match value:
        case ast.Dict(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            pass
        case ast.IfExp(body=body, orelse=orelse):
            parts = [body, orelse]
    if parts:
        return next((what for what in (_unfit(view, one, depth - 1) for one in parts if depth) if what), "")
    return _by_form(value) or ("a set" if is_set(view, value) else _by_meaning(view, value))


def _by_form(value: ast.expr) -> str:
    match value:
        case ast.Lambda():
            return "a lambda"
        case ast.GeneratorExp():
            return "a generator"
        case ast.Constant(value=bytes() | complex()):
            return "no JSON"
    return ""


def _by_meaning(view: View, value: ast.expr) -> str:
    if isinstance(value, ast.Name) and (value.id == view.context() or value.id in CONTEXT_NAMES):
        return "the context"
    if isinstance(value, ast.Name) and any(isinstance(one.node, ast.ExceptHandler) for one in view.bindings(value.id)):
        return "an exception"
    if isinstance(value, ast.Attribute) and value.attr == "current_utc_datetime":
        return "no JSON, but a datetime"
    if isinstance(value, ast.Call):
        return _made(view, value)
    if isinstance(value, ast.Name | ast.Attribute):
        return _referred(view.thing(value))
    return ""


def _made(view: View, call: ast.Call) -> str:
    thing = view.thing(call.func)
    if isinstance(thing, External):
        return _MADE.get(thing.name.removeprefix("builtins."), "")
    if isinstance(thing, Function) and thing.is_generator and thing not in view.roles.activities:
        return "a generator"
    if isinstance(call.func, ast.Attribute) and call.func.attr in _VIEWS and not call.args and thing is None:
        return "a view of a dict"
    return ""


def _referred(thing: Thing | None) -> str:
    if isinstance(thing, Function) or (isinstance(thing, External) and thing.name.startswith("builtins.")):
        return "a function"
    if isinstance(thing, Class):
        return "a class"
    if isinstance(thing, Module):
        return "a module"
    if isinstance(thing, Instance) and isinstance(thing.of, External):
        return _MADE.get(thing.of.name.removeprefix("builtins."), "")
    return ""


def _of_workflow(view: View) -> Iterator[Hit]:
    if not view.is_workflow or not (view.function in view.roles.registered or view.function.is_generator):
        return
    given = view.function.node.args
    optional = len(given.defaults)
    names = [one.arg for one in view.function.parameters]
    required = [*names[: len(names) - optional if optional else None]]
    required += [one.arg for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is None]
    extra = required[2:]
    if extra:
        says = f"an engine calls `{view.function.name}` with the context and one input, and knows no `{extra[0]}`"
        yield Hit(view.function.node, "PAYLOAD", says, hint="take one input that holds them all")
