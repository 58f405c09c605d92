"""Builds values.schema.json: every value with its comment as the description, and no key that is not there."""

import json
from collections.abc import Iterable
from typing import Any, Final

from charts.reference.declarations import Section, Value, declarations
from charts.reference.fragments import ANYTHING, Schema
from charts.reference.limits import BY_PATH

# Draft 7, because Helm 3 before 3.18 knows no later one; for the same reason nothing is written once and referred to.
_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_PLAIN_TYPES: Final[dict[type, str]] = {bool: "boolean", int: "integer", float: "number", str: "string"}


def schema_text() -> str:
    """The file's content."""
    return json.dumps(schema(declarations()), indent=2, ensure_ascii=False) + "\n"


def schema(declared: Iterable[Value | Section]) -> Schema:
    """The schema of some declarations.

    Raises:
        ValueError: A list or a mapping has nothing in `limits.py`, or that names a value that there is not.
    """
    root: Any = {}
    paths: set[str] = set()
    for found in declared:
        if not found.path:
            root = {"$schema": _DRAFT, "title": "Values of the chart durably"} | _object("")
            # Helm itself adds this key where the chart is a part of another one.
            root["properties"]["global"] = {"description": "Values of a chart that contains this one."} | ANYTHING
            continue
        *above, key = found.path.split(".")
        parent = root
        for name in above:
            parent = parent["properties"][name]
        parent["properties"][key] = _object(found.comment) if isinstance(found, Section) else _leaf(found)
        paths.add(found.path)
    if unknown := BY_PATH.keys() - paths:
        raise ValueError(f"charts/reference/limits.py speaks of values that are not there: {sorted(unknown)}")
    complete: Schema = root
    return complete


def _object(comment: str) -> Schema:
    described = {"description": comment} if comment else {}
    return described | {"type": "object", "additionalProperties": False, "properties": {}}


def _leaf(value: Value) -> Schema:
    known = BY_PATH.get(value.path) or _typed(value)
    default: dict[str, Any] = {} if value.default is None else {"default": value.default}
    return {"description": value.comment} | known | default


def _typed(value: Value) -> Schema:
    kind = _PLAIN_TYPES.get(type(value.default))
    if kind is None:
        raise ValueError(f"charts/reference/limits.py has to say what {value.path} may be")
    return {"type": kind}
