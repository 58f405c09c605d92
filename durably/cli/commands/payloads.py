"""Inputs as they are typed: JSON, a file, standard input, or field by field."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from durably.cli.commands.refusals import RefusedError
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
        hint = "@FILE is a file as seen from this folder; - is standard input"
        raise UsageError(f"{source} cannot be read: {error.strerror}", hint=hint) from None
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
        raise UsageError("--field needs an --input that is an object, or none", hint="leave one of the two out")
    return {**(value or {}), **dict(_field(text) for text in fields)}


@contextmanager
def explained(fields: Sequence[str], hint: str) -> Iterator[None]:
    """Have the refusal of an input say what to type instead.

    Args:
        fields: What was given with `--field`.
        hint: What to do where nothing better is known.
    """
    try:
        yield
    except RefusedError as error:
        if error.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            error.hint = _instead(error, fields) or hint
        raise


def _instead(error: RefusedError, fields: Sequence[str]) -> str:
    """What would have been right, as far as it can be guessed."""
    if "instance_id" in error.fields:
        return "an id begins with a letter or a digit, and has letters, digits and . _ ~ - in it"
    for name, value in (_field(text) for text in fields):
        if f"input.{name}" in error.fields and isinstance(value, str) and _means_another_type(value):
            return f"{name}={value} is text; -f {name}:={value} sends it as JSON"
    return ""


def _means_another_type(text: str) -> bool:
    try:
        return not isinstance(json.loads(text), str)
    except ValueError:
        return False


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
