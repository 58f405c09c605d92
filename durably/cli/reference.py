"""Writes docs/configuration.md: every setting of every process, from where it is declared. `make docs` runs it."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import AnyHttpUrl, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python
from pydantic_settings import BaseSettings

from api.settings import ApiSettings
from durably.contracts.settings import variables
from worker.packages.settings import ApplicationSettings, OrderSettings, TaskSettings
from worker.settings import WorkerSettings

_INTRODUCTION: Final = """# Configuration

Written by `make docs` from the declarations; what stands here is what the code does.

A process reads its settings once, at its start, from environment variables. A wrong value stops the start with exit
code 2 and one line that names the variable. Where two variables are named, the first one wins. Seconds end in `_S`.
The options and variables of the command `durably` stand in [cli.md](cli.md).
"""

_PACKAGE: Final = "A worker that runs it, see [writing workflows](writing-workflows.md)."

PACKAGES: Final[dict[str, type[BaseSettings]]] = {
    "tasks": TaskSettings,
    "orders": OrderSettings,
    "applications": ApplicationSettings,
}
"""The settings of the built-in packages, by name."""

_TYPES: Final[dict[type, str]] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    SecretStr: "secret",
    AnyHttpUrl: "URL",
    Path: "file",
}


def document() -> str:
    """The whole page."""
    sections = [
        _INTRODUCTION,
        _settings("Worker", "`python -m worker`", WorkerSettings),
        *(_settings(f"Package {name}", _PACKAGE, cls) for name, cls in PACKAGES.items()),
        _settings("API", "`python -m api`", ApiSettings),
    ]
    return "\n".join(sections)


def _settings(title: str, command: str, cls: type[BaseSettings]) -> str:
    rows = (
        (code(*variables(cls, name)), _type(field), _default(field), field.description or "")
        for name, field in cls.model_fields.items()
    )
    return f"## {title}\n\n{command}\n\n" + table(("variable", "value", "default", "what it does"), rows)


def _type(field: FieldInfo) -> str:
    kind = next((one for one in get_args(field.annotation) if get_origin(field.annotation) in {UnionType, Union}), None)
    kind = kind or field.annotation
    if get_origin(kind) is Literal:
        return code(*get_args(kind))
    return _TYPES.get(kind, "JSON") if isinstance(kind, type) else "JSON"


def _default(field: FieldInfo) -> str:
    default: Any = field.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined:
        return "must be set"
    return code("") if isinstance(default, SecretStr) else code(text(default))


def text(value: Any) -> str:
    """A default as it is written."""
    plain = to_jsonable_python(value)
    if plain is None or plain in ("", []):
        return ""
    return plain if isinstance(plain, str) else json.dumps(plain)


def code(*texts: str) -> str:
    """Texts as code; empty ones are left out."""
    return ", ".join(f"`{one}`" for one in texts if one)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(document())
