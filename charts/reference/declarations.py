"""Reads values.yaml: what the values are, what they default to and what their comments say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

CHART: Final = Path(__file__).parents[1] / "durably"
_COMMENT: Final = re.compile(r"\s# -- (?P<text>.+)$")


@dataclass(frozen=True, slots=True)
class Value:
    """A value that can be set.

    Attributes:
        path: Its keys, joined by dots.
        default: What it is when nothing is set.
        comment: What it is for.
    """

    path: str
    default: Any
    comment: str


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping that holds values and sections.

    Attributes:
        path: Its keys, joined by dots; empty for the whole file.
        comment: The lines above it, joined; empty where there are none.
    """

    path: str
    comment: str


def declarations(source: str | None = None) -> Iterator[Value | Section]:
    """Everything that values.yaml declares, in its order.

    Args:
        source: What to read; by default the chart's file.

    Raises:
        ValueError: A value has no comment.
    """
    text = (CHART / "values.yaml").read_text() if source is None else source
    yield from _section(yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text), "", text.splitlines())


def _section(node: Any, value: Any, path: str, lines: list[str]) -> Iterator[Value | Section]:
    yield Section(path, _above(lines, node.start_mark.line - 1 if path else -1))
    for key, child in node.value:
        below = f"{path}.{key.value}".removeprefix(".")
        comment = _COMMENT.search(lines[key.start_mark.line])
        if comment:
            yield Value(below, value[key.value], comment["text"])
        elif isinstance(child, yaml.MappingNode) and not child.flow_style:
            yield from _section(child, value[key.value], below, lines)
        else:
            raise ValueError(f"values.yaml: {below} has no comment: append `# -- WHAT IT IS FOR` to its line")


def _above(lines: list[str], number: int) -> str:
    """The comment that ends right above the line of a section's key."""
    found: list[str] = []
    while number > 0 and lines[number - 1].lstrip().startswith("# "):
        number -= 1
        found.insert(0, lines[number].lstrip().removeprefix("# "))
    return " ".join(found)
