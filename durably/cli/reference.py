"""Writes docs/configuration.md: every option of every process, from where it is declared. `make docs` runs it."""

import json
import sys
from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Any, Final, Literal, get_args, get_origin

import typer
from pydantic import AnyHttpUrl, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python
from pydantic_settings import BaseSettings

from api.settings import ApiSettings
from durably.cli.__main__ import app
from durably.contracts.settings import variables
from worker.settings import WorkerSettings

_INTRODUCTION: Final = """# Configuration

Written by `make docs` from the declarations; what stands here is what the code does.

A process reads its settings once, at its start, from environment variables. A wrong value stops the start with exit
code 2 and one line that names the variable. Where two variables are named, the first one wins. Seconds end in `_S`.
"""

_TYPES: Final[dict[type, str]] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    SecretStr: "secret",
    AnyHttpUrl: "URL",
}


def document() -> str:
    """The whole page."""
    sections = [
        _INTRODUCTION,
        _settings("Worker", "`python -m worker`", WorkerSettings),
        _settings("API", "`python -m api`", ApiSettings),
        *_commands(),
    ]
    return "\n".join(sections)


def _settings(title: str, command: str, cls: type[BaseSettings]) -> str:
    rows = (
        (_code(*variables(cls, name)), _type(field), _default(field), field.description or "")
        for name, field in cls.model_fields.items()
    )
    return f"## {title}\n\n{command}\n\n" + _table(("variable", "value", "default", "what it does"), rows)


def _commands() -> Iterable[str]:
    """The sections of the `durably` command."""
    group = typer.main.get_command(app)
    for name, command in getattr(group, "commands", {}).items():
        rows = (
            (_code(*option.opts), _code(str(option.envvar)), _code(_text(option.default)), option.help or "")
            for option in command.params
        )
        about = (command.help or "").replace("\n\n", " ").replace("\n", " ")
        head = ("option", "variable", "default", "what it does")
        yield f"## durably {name}\n\n{about}\n\n" + _table(head, rows)


def _type(field: FieldInfo) -> str:
    kind = next((one for one in get_args(field.annotation) if get_origin(field.annotation) is UnionType), None)
    kind = kind or field.annotation
    if get_origin(kind) is Literal:
        return _code(*get_args(kind))
    return _TYPES.get(kind, "JSON") if isinstance(kind, type) else "JSON"


def _default(field: FieldInfo) -> str:
    default: Any = field.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined:
        return "must be set"
    return _code("") if isinstance(default, SecretStr) else _code(_text(default))


def _text(value: Any) -> str:
    plain = to_jsonable_python(value)
    if plain is None:
        return ""
    return plain if isinstance(plain, str) else json.dumps(plain)


def _code(*texts: str) -> str:
    return ", ".join(f"`{text}`" for text in texts if text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(document())
