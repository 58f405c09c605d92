"""Inputs as they are typed: JSON, a file, standard input, or field by field."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from durably.cli.exits import UsageError


def payload(text: str | None) -> Any:
    """The JSON that `--input` stands for; None without it.

    Raises:
        UsageError: It cannot be read, or is no JSON.
    """
    if text is None:
        return None
    source = "standard input" if text == "-" else text[1:] if text.startswith("@") else "--input"
    try:
        if text == "-":
            text = sys.stdin.read()
        elif text.startswith("@"):
            text = Path(source).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        hint = "single quotes keep the shell away from it: --input '{\"a\": 1}'; @FILE reads a file"
        raise UsageError(f"{source} is no JSON: {error}", hint=hint) from None


def with_fields(value: Any, fields: Sequence[str]) -> Any:
    """An input with the fields of `--field` in it.

    Raises:
        UsageError: A field is not written as one, or the input is no object.
    """
    if not fields:
        return value
    if value is not None and not isinstance(value, dict):
        raise UsageError("--field needs an --input that is an object, or none")
    return {**(value or {}), **dict(_field(text) for text in fields)}


def _field(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.rstrip(":"):
        raise UsageError(f"--field {text!r} is not written NAME=TEXT", hint="or NAME:=JSON, such as priority:=9")
    if not name.endswith(":"):
        return name, value
    try:
        return name[:-1], json.loads(value)
    except ValueError as error:
        hint = f"{name[:-1]}={value} is text as it stands"
        raise UsageError(f"--field {text!r}: what follows := is no JSON: {error}", hint=hint) from None
