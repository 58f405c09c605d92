"""DEADLINE: events that are waited for without an end."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.view import Hit, View
from durably.lint.roles import SCHEDULING
from durably.lint.scopes import Function

_EVENT, _TIMER, _RACE, _ALL = "wait_for_external_event", "create_timer", "when_any", "when_all"
_COLLECTS: Final = frozenset({"append", "extend", "insert", "add"})


def deadlines(view: View) -> Iterator[Hit]:
    """Waits for an event that neither have a timeout nor race with a timer."""
    for call in view.each(ast.Call):
        if view.method(call) == _EVENT and not _has_timeout(call) and not _is_raced(view, call):
            named = [one.value for one in call.keywords if one.arg == "name"]
            event = ast.unparse([*call.args, *named][0]) if call.args or named else "an event"
            yield Hit(call, "DEADLINE", f"it waits for {event} without a deadline: if nobody sends it, it never ends")


def _has_timeout(call: ast.Call) -> bool:
    given = [one.value for one in call.keywords if one.arg == "timeout" or one.arg is None]
    given += call.args[1:2]
    return any(not (isinstance(one, ast.Constant) and one.value is None) for one in given)


def _is_raced(view: View, call: ast.Call) -> bool:
    """Whether it gets to a race with a timer, or to where nobody can see."""
    place: ast.AST = call
    for parent in view.around(call):
        if isinstance(parent, ast.Call) and place is not parent.func and view.called(parent) != _ALL:
            return _call_races(view, parent)
        if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return any(_variable_is_raced(view, one) for one in targets)
        if isinstance(parent, ast.Attribute):
            return True  # its state is asked for at once
        if isinstance(parent, ast.Expr):
            return True  # nothing waits for it, which another rule says
        if isinstance(parent, ast.stmt | ast.Yield | ast.Await):
            return isinstance(parent, ast.Return) and not view.is_workflow
        place = parent
    return False


def _call_races(view: View, call: ast.Call) -> bool:
    if view.called(call) == _RACE:
        return _has_timer(view, call)
    if view.method(call) in _COLLECTS and isinstance(call.func, ast.Attribute):
        return _variable_is_raced(view, call.func.value)
    return True


def _variable_is_raced(view: View, target: ast.expr) -> bool:
    if isinstance(target, ast.Subscript):
        target = target.value
    if not isinstance(target, ast.Name):
        return True
    races = [_race_around(view, one) for one in view.loads(target.id)]
    return not races or any(race is True or (isinstance(race, ast.Call) and _has_timer(view, race)) for race in races)


def _race_around(view: View, node: ast.expr, depth: int = 4) -> ast.Call | bool:
    """The race that a use of a variable gets to; True where it goes where nobody can see."""
    place: ast.AST = node
    for parent in view.around(node):
        if isinstance(parent, ast.Call) and place is not parent.func:
            if view.called(parent) == _RACE:
                return parent
            thing = view.thing(parent.func)
            if isinstance(thing, Function):
                return True
        if isinstance(parent, ast.Assign) and depth:
            names = [one for one in parent.targets if isinstance(one, ast.Name)]
            found = (_race_around(view, load, depth - 1) for one in names for load in view.loads(one.id))
            return next((race for race in found if race), False)
        if isinstance(parent, ast.Return):
            return not view.is_workflow
        if isinstance(parent, ast.stmt | ast.Compare | ast.Yield | ast.Await):
            return False
        place = parent
    return False


def _has_timer(view: View, race: ast.Call) -> bool:
    return any(_holds_timer(view, one, 4) for one in [*race.args, *(one.value for one in race.keywords)])


def _holds_timer(view: View, node: ast.expr, depth: int) -> bool:  # noqa: PLR0911 - one line for each form
    """Whether a timer is this, or among it; what a caller gives may be one."""
    match node:
        case ast.Call() if view.method(node) in SCHEDULING:
            return view.method(node) == _TIMER
        case ast.Call():
            return depth > 0 and (
                _makes_timer(view, node, depth - 1) or any(_holds_timer(view, one, depth - 1) for one in node.args)
            )
        case ast.Name() if depth:
            return _name_holds_timer(view, node.id, depth - 1)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
            return any(_holds_timer(view, one, depth) for one in parts)
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return _holds_timer(view, left, depth) or _holds_timer(view, right, depth)
        case ast.Starred(value=value) | ast.NamedExpr(value=value) | ast.Attribute(value=value):
            return _holds_timer(view, value, depth)
        case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value) | ast.DictComp(value=value):
            return _holds_timer(view, value, depth)
    return False


def _makes_timer(view: View, call: ast.Call, depth: int) -> bool:
    thing = view.thing(call.func)
    if isinstance(thing, Function):
        return any(view.method(one) == _TIMER for one in thing.nodes)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return owner is not None and _holds_timer(view, owner, depth)


def _name_holds_timer(view: View, name: str, depth: int) -> bool:
    bound = view.bindings(name)
    if any(one.kind == "parameter" for one in bound):
        return True
    if any(one.value is not None and _holds_timer(view, one.value, depth) for one in bound):
        return True
    adds = (view.parent(view.parent(one) or one) for one in view.loads(name))
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and last(call.func) == name
        and any(_holds_timer(view, one, depth) for one in call.args)
        for call in adds
    )


def last(function: ast.Attribute) -> str:
    """The name that a method is called on."""
    return function.value.id if isinstance(function.value, ast.Name) else ""
