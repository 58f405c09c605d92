"""How a process reads its settings: once, at the start, and with the variable's name when one is wrong."""

import os
import sys
from typing import Any, Final, TypeVar

from pydantic import AliasChoices, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsError

from durably.contracts.complaints import complaint

SettingsT = TypeVar("SettingsT", bound=BaseSettings)

EXIT_BAD_SETTINGS: Final = 2
"""The exit code of a process whose settings are wrong."""


def load_settings(cls: type[SettingsT]) -> SettingsT:
    """The settings as the environment has them.

    Raises:
        SystemExit: With code 2, after one line on standard error for each wrong value.
    """
    try:
        return cls()
    except ValidationError as error:
        lines = [_line(cls, wrong) for wrong in error.errors(include_url=False)]
    except SettingsError as error:  # a value that has to be JSON and is not: the library tells the field in its text
        field = next((name for name in cls.model_fields if f'"{name}"' in str(error)), "")
        lines = [f"{_variable(cls, field)}: is not JSON: {error.__cause__}"]
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201 - there is no log yet
    raise SystemExit(EXIT_BAD_SETTINGS)


def variables(cls: type[BaseSettings], field: str) -> tuple[str, ...]:
    """The environment variables that a field is read from, the strongest first."""
    alias: Any = cls.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    return (alias if isinstance(alias, str) else f"{cls.model_config.get('env_prefix', '')}{field}".upper(),)


def _line(cls: type[BaseSettings], wrong: ErrorDetails) -> str:
    if not wrong["loc"]:
        return complaint(wrong)
    head, *rest = (str(part) for part in wrong["loc"])
    field = next((name for name in cls.model_fields if head == name or head in variables(cls, name)), "")
    place = "".join(f"[{part}]" for part in rest)
    if wrong["type"] == "missing":
        return f"{_variable(cls, field)}{place}: is {'missing' if rest else 'not set'}"
    secret = field and SecretStr in (cls.model_fields[field].annotation, *_members(cls, field))
    given = "" if secret else f" (it is {wrong['input']!r})"
    return f"{_variable(cls, field)}{place}: {complaint(wrong)}{given}"


def _members(cls: type[BaseSettings], field: str) -> tuple[Any, ...]:
    members: tuple[Any, ...] = getattr(cls.model_fields[field].annotation, "__args__", ())
    return members


def _variable(cls: type[BaseSettings], field: str) -> str:
    """The variable that the value came from: of several that a field may be read from, the one that is set."""
    names = variables(cls, field) if field else ("a setting",)
    return next((name for name in names if name in os.environ), names[0])
