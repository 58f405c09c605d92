"""UNORDERED: the order of a set decides what the workflow asks for."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.looping import own
from durably.lint.checks.sets import is_set, is_sortable
from durably.lint.checks.view import Hit, View
from durably.lint.findings import Edit, Fix, Span
from durably.lint.roles import METHODS
from durably.lint.scopes import last_name
from durably.lint.things import dotted
from durably.lint.words import words

_LISTINGS: Final = words(
    "os.listdir os.scandir os.walk glob.glob glob.iglob pathlib.Path.iterdir pathlib.Path.glob pathlib.Path.rglob"
    " concurrent.futures.as_completed asyncio.as_completed"
)
_KEEPS: Final = words("list tuple enumerate iter zip map filter reversed next chain islice join fromkeys")
"""What makes a sequence out of it, in whatever order it has."""
_FORGETS: Final = words("sorted set frozenset sum min max any all len Counter fsum bool update issubset")
"""What does not care about order."""
_GROWS: Final = frozenset({"append", "extend", "insert", "appendleft", "write"})


def unordered(view: View) -> Iterator[Hit]:
    """Iterations over what has no order, where the order matters."""
    for loop in view.each(ast.For, ast.AsyncFor):
        if _is_unordered(view, loop.iter) and _order_matters(view, loop):
            yield _hit(view, loop.iter)
    for node in view.each(ast.ListComp, ast.GeneratorExp, ast.DictComp):
        for one in node.generators:
            if _is_unordered(view, one.iter) and not _forgets(view, node):
                yield _hit(view, one.iter)
    for call in view.each(ast.Call):
        yield from _of_call(view, call)
    for star in view.each(ast.Starred):
        if _is_unordered(view, star.value) and not isinstance(view.parent(star), ast.Set) and not _forgets(view, star):
            yield _hit(view, star.value)


def _of_call(view: View, call: ast.Call) -> Iterator[Hit]:
    called = last_name(call.func)
    if called == "pop" and isinstance(call.func, ast.Attribute) and not call.args and is_set(view, call.func.value):
        yield _hit(view, call)
    if called not in _KEEPS or _forgets(view, call):
        return
    for given in call.args:
        if _is_unordered(view, given):
            yield _hit(view, given)


def _order_matters(view: View, loop: ast.For | ast.AsyncFor) -> bool:
    for node in (node for one in loop.body for node in own(one)):
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.Break | ast.Return):
            return True
        if isinstance(node, ast.Call) and (view.method(node) in METHODS | _GROWS or _takes_context(view, node)):
            return True
    return False


def _takes_context(view: View, call: ast.Call) -> bool:
    context = view.context()
    return bool(context) and any(isinstance(one, ast.Name) and one.id == context for one in call.args)


def _forgets(view: View, node: ast.AST) -> bool:
    """Whether what is made of it ends where order is nothing: directly, or by a variable that is sorted."""
    parent = view.parent(node)
    if isinstance(parent, ast.Starred | ast.GeneratorExp | ast.keyword):
        return _forgets(view, parent)
    if isinstance(parent, ast.Call) and node is not parent.func:
        if last_name(parent.func) in _FORGETS:
            return True
        return last_name(parent.func) in _KEEPS and _forgets(view, parent)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        return _is_sorted_later(view, parent.targets[0].id)
    if isinstance(parent, ast.Compare):
        return any(isinstance(one, ast.In | ast.NotIn) for one in parent.ops)
    return isinstance(parent, ast.SetComp)


def _is_sorted_later(view: View, name: str) -> bool:
    uses = view.loads(name)
    sorts = [view.parent(one) for one in uses]
    if any(isinstance(one, ast.Attribute) and one.attr == "sort" for one in sorts):
        return True
    return bool(uses) and all(isinstance(one, ast.Call) and last_name(one.func) in _FORGETS for one in sorts)


def _is_unordered(view: View, node: ast.expr) -> bool:
    value = view.value_of(node)
    if isinstance(value, ast.Call):
        name = dotted(view.thing(value.func))
        if name in _LISTINGS:
            return True
    return is_set(view, node)


def _hit(view: View, node: ast.expr) -> Hit:
    what = f"`{ast.unparse(node)}`"
    return Hit(node, "UNORDERED", f"{what} has another order in every process", fix=_sorted(view, node))


def _sorted(view: View, node: ast.expr) -> Fix | None:
    if not is_sortable(view, node):
        return None
    span = Span.of(node, view.function.module.source.lines)
    before = Edit(Span(span.line, span.column, span.line, span.column), "sorted(")
    after = Edit(Span(span.end_line, span.end_column, span.end_line, span.end_column), ")")
    return Fix("go through it in order, with `sorted(...)`", (before, after))
