"""UNYIELDED: what was scheduled and is waited for nowhere."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.inserting import inserted
from durably.lint.checks.view import Hit, View
from durably.lint.roles import SCHEDULING
from durably.lint.scopes import Function, last_name
from durably.lint.words import words

_COMBINATORS: Final = frozenset({"when_any", "when_all"})
_CHILD: Final = "call_sub_orchestrator"
_TASK: Final = words("get_result result is_complete is_failed get_exception cancel")
_COLLECTS: Final = frozenset({"append", "extend", "add", "insert"})
_CONTAINERS: Final = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.comprehension, ast.ListComp)
_VALUES: Final = (ast.Subscript, ast.FormattedValue, ast.Compare, ast.BinOp, ast.If, ast.UnaryOp)
"""Where a result is wanted, and a task is none."""


def unyielded(view: View) -> Iterator[Hit]:
    """Tasks that nobody waits for."""
    for call in view.each(ast.Call):
        what = _scheduled(view, call)
        if what:
            yield from _of_task(view, call, what)


def _scheduled(view: View, call: ast.Call) -> str:
    """How a call that returns a task is named; empty for any other."""
    method = view.method(call)
    if method in SCHEDULING or method == _CHILD:
        return method
    thing = view.thing(call.func)
    if view.called(call) in _COMBINATORS:
        return view.called(call)
    if isinstance(thing, Function) and thing not in view.roles.activities and _returns_task(view, thing):
        return thing.name
    return ""


def _returns_task(view: View, function: Function) -> bool:
    """Whether a function of the project hands a task to its caller."""
    if function.is_generator or isinstance(function.node, ast.AsyncFunctionDef):
        return False
    returned = (node.value for node in function.nodes if isinstance(node, ast.Return))
    return any(isinstance(one, ast.Call) and view.method(one) in SCHEDULING for one in returned)


def _of_task(view: View, call: ast.Call, what: str) -> Iterator[Hit]:
    place: ast.AST = call
    parent = view.parent(place)
    while isinstance(parent, (*_CONTAINERS, ast.IfExp, ast.BoolOp)):
        place, parent = parent, view.parent(parent)
    if isinstance(parent, ast.Expr):
        yield _hit(view, call, what, "is not yielded: nothing waits for it, and its failure is lost", parent)
    elif (
        isinstance(parent, ast.Return) and view.is_workflow and not isinstance(view.function.node, ast.AsyncFunctionDef)
    ):
        yield _hit(view, call, what, "is returned and not yielded: the workflow ends before it is done")
    elif isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
        yield from _assigned(view, call, what, parent)
    elif isinstance(parent, ast.Call) and place in parent.args and view.method(parent) in _COLLECTS:
        owner = parent.func.value if isinstance(parent.func, ast.Attribute) else None
        if isinstance(owner, ast.Name) and owner.id in view.scope.names and not is_awaited(view, owner.id):
            yield _hit(view, call, what, f"goes into `{owner.id}`, which is never yielded")
    elif place is call and isinstance(parent, _VALUES):
        yield _hit(view, call, what, "is a task, not its result, as long as it is not yielded")


def _assigned(
    view: View, call: ast.Call, what: str, statement: ast.Assign | ast.AnnAssign | ast.NamedExpr
) -> Iterator[Hit]:
    names = list(_names(statement, call))
    if names and all(name in view.scope.names and not is_awaited(view, name) for name in names):
        yield _hit(view, call, what, f"becomes `{names[0]}`, which is never yielded")


def _names(statement: ast.Assign | ast.AnnAssign | ast.NamedExpr, call: ast.Call) -> Iterator[str]:
    """The variables that hold what is assigned; empty for what else holds it."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        holder = _part(target, statement.value, call)
        yield last_name(holder.value if isinstance(holder, ast.Subscript) else holder)


def _part(target: ast.expr, value: ast.expr | None, call: ast.Call) -> ast.expr:
    """Of `a, b = one(), two()` the target of one of them."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and call in value.elts:
        return target.elts[value.elts.index(call)] if len(target.elts) == len(value.elts) else target
    return target


def is_awaited(view: View, name: str) -> bool:
    """Whether what a variable holds may get to a `yield`."""
    return any(_leads_on(view, one) for one in view.loads(name))


def _leads_on(view: View, node: ast.expr) -> bool:  # noqa: PLR0911 - one line for each form
    """Whether this use of a task, or of a list of tasks, may end in a `yield`."""
    parent = view.parent(node)
    match parent:
        case ast.Yield() | ast.YieldFrom() | ast.Await() | ast.keyword() if not _is_payload(view, parent):
            return True
        case ast.Return():
            return not view.is_workflow
        case ast.Attribute(attr=attr):
            return attr in _TASK or attr in {"values", "items", "pop", "popleft"}
        case ast.Call():
            return node in parent.args and view.called(parent) not in {"len", "print", "str", "bool"}
        case ast.Compare(comparators=[ast.Constant()]):
            return False
        case ast.Compare(ops=[ast.Is() | ast.Eq() | ast.IsNot() | ast.NotEq() | ast.In()]):
            return True
        case ast.Subscript(ctx=ast.Store() | ast.Del()):
            return False
        case ast.Subscript() | ast.BinOp():
            return _leads_on(view, parent)
        case ast.For() | ast.NamedExpr() | ast.Assign() | ast.IfExp() | ast.AugAssign() | ast.AnnAssign():
            return True
    return isinstance(parent, _CONTAINERS)


def _is_payload(view: View, parent: ast.AST | None) -> bool:
    call = view.parent(parent) if isinstance(parent, ast.keyword) else None
    return isinstance(call, ast.Call) and view.method(call) in SCHEDULING


def _hit(view: View, call: ast.Call, what: str, says: str, statement: ast.Expr | None = None) -> Hit:
    bare = statement is not None and statement.value is call and view.function.is_generator
    fix = inserted(view, call, "yield ") if bare else None
    return Hit(call, "UNYIELDED", f"the task of `{what}` {says}", fix=fix)
