"""LOGGING: what is told again at every replay."""

import ast
from collections.abc import Iterator
from typing import Final

from durably.lint.checks.view import Hit, View
from durably.lint.findings import Edit, Fix, Span
from durably.lint.guards import is_guarded
from durably.lint.roles import flows
from durably.lint.scopes import last_name
from durably.lint.things import dotted
from durably.lint.words import words

_PRINTS: Final = words(
    "builtins.print pprint.pprint pprint.pp rich.print click.echo click.secho typer.echo typer.secho warnings.warn"
    " sys.stdout.write sys.stderr.write sys.stdout.flush traceback.print_exc traceback.print_stack"
)
_LEVELS: Final = words("debug info warning warn error exception critical fatal log success trace notice msg")
_LOGGERS: Final = ("logging.", "structlog.", "loguru.logger.", "rich.console.Console.print", "rich.console.Console.log")
_NAMES: Final = frozenset({"log", "logger", "logging", "lg", "LOG", "LOGGER", "_log", "_logger", "__logger"})


def logging(view: View) -> Iterator[Hit]:
    """Prints and log lines that are not guarded."""
    once = view.is_workflow and not flows(view.function)  # what never waits is never replayed
    if view.site.guarded or once:
        return
    for call in view.each(ast.Call):
        if _tells(view, call) and not is_guarded(call, view.function):
            what = ast.unparse(call.func)
            yield Hit(call, "LOGGING", f"`{what}` is told again at every replay", fix=_guarded(view, call))


def _tells(view: View, call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name) and _is_chosen(view, call.func):
        return False
    name = dotted(view.thing(call.func))
    if name:
        told = name.startswith(_LOGGERS[:3]) and name.rpartition(".")[2] in _LEVELS
        return name in _PRINTS or name.startswith(_LOGGERS[3:]) or told
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _LEVELS:
        return False
    owner = call.func.value
    known = view.thing(call.func) or view.thing(owner)
    return known is None and last_name(owner) in _NAMES and not _is_safe(view, owner)


def _is_chosen(view: View, name: ast.Name) -> bool:
    """`tell = print if not ctx.is_replaying else ...`: it was asked when it was chosen."""
    value = view.value_of(name)
    asked = ast.walk(value.test) if isinstance(value, ast.IfExp) else ()
    return any(isinstance(one, ast.Attribute) and one.attr == "is_replaying" for one in asked)


def _is_safe(view: View, owner: ast.expr) -> bool:
    """Whether the context made it: that one is silent in a replay."""
    value = view.value_of(owner)
    return isinstance(value, ast.Call) and last_name(getattr(value.func, "value", value)) == view.context()


def _guarded(view: View, call: ast.Call) -> Fix | None:
    statement, context, lines = view.parent(call), view.context(), view.function.module.source.lines
    if not context or not isinstance(statement, ast.Expr):
        return None
    span = Span.of(statement, lines)
    before, after = lines[span.line - 1][: span.column - 1], lines[span.end_line - 1][span.end_column - 1 :]
    if before.strip() or (after.strip() and not after.strip().startswith("#")) or _spans_lines(statement):
        return None
    indent = "\t" if before.endswith("\t") else "    "
    start = Span(span.line, span.column, span.line, span.column)
    guard = Edit(start, f"if not {context}.is_replaying:\n{before}{indent}")
    rest = (Edit(Span(line, 1, line, 1), indent) for line in range(span.line + 1, span.end_line + 1))
    return Fix(f"tell it only `if not {context}.is_replaying`", (guard, *rest))


def _spans_lines(statement: ast.Expr) -> bool:
    """Whether a text in it goes over several lines: indenting would change it."""
    texts = (node for node in ast.walk(statement) if isinstance(node, ast.Constant | ast.JoinedStr))
    return any((one.end_lineno or one.lineno) != one.lineno for one in texts)
