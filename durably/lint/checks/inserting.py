"""Fixes that put a word before a call."""

import ast

from durably.lint.checks.view import View
from durably.lint.findings import Edit, Fix, Span


def inserted(view: View, call: ast.Call, text: str) -> Fix:
    """Put a text before a call.

    Args:
        view: The function.
        call: The call.
        text: The text.
    """
    span = Span.of(call, view.function.module.source.lines)
    place = Span(span.line, span.column, span.line, span.column)
    return Fix(f"put `{text.strip()}` before it", (Edit(place, text),))
