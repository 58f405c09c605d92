"""What stands in a workflow for the clock and for random ids: the same thing, from the context."""

import ast
from typing import Final

from durably.lint.checks.view import View
from durably.lint.findings import Edit, Fix, Span

_ZONES: Final = frozenset({"datetime.UTC", "datetime.timezone.utc"})


def replacement(view: View, node: ast.expr, name: str) -> Fix | None:
    """The change that makes a call deterministic and means the same; None where there is none."""
    context = view.context()
    if not context or not isinstance(node, ast.Call):
        return None
    text = _text(view, node, name, context)
    if not text:
        return None
    span = Span.of(node, view.function.module.source.lines)
    return Fix(f"replace it by `{text}`", (Edit(span, text),))


def _text(view: View, call: ast.Call, name: str, context: str) -> str:
    now = f"{context}.current_utc_datetime"
    given = [*call.args, *(one.value for one in call.keywords)]
    if name == "datetime.datetime.utcnow" and not given:
        return now
    if name == "datetime.datetime.now" and len(given) == 1:
        thing = view.thing(given[0])
        zone = getattr(thing, "name", "")
        return f"{now}.replace(tzinfo={ast.unparse(given[0])})" if zone in _ZONES else ""
    return f"{context}.uuid4()" if name == "uuid.uuid4" else ""
