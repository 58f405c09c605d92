"""Writes the value table into the chart's README, between two marks."""

import json
from collections.abc import Iterator
from typing import Any, Final

from charts.reference.declarations import Value, declarations

BEGIN: Final = "<!-- values: written by `make docs` from values.yaml -->"
END: Final = "<!-- end of values -->"


def readme(text: str) -> str:
    """A README with the table that values.yaml asks for.

    Raises:
        ValueError: It lacks the marks.
    """
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"the chart's README.md needs the lines `{BEGIN}` and `{END}`")
    return "\n".join((before + BEGIN, *_lines(), END + after))


def _lines() -> Iterator[str]:
    yield from ("| value | default | what it is |", "|---|---|---|")
    for found in declarations():
        if isinstance(found, Value):
            comment = found.comment.replace("|", r"\|")
            yield f"| `{found.path}` | {_cell(found.default)} | {comment} |"


def _cell(default: Any) -> str:
    return f"`{default}`" if isinstance(default, str) and default else f"`{json.dumps(default)}`"
