"""Who calls, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, StringConstraints

from durably.contracts import actors

_STATE: Final = "caller"


def _readable(name: str) -> str:
    if not name.isprintable() or name != name.strip():
        raise ValueError("has to be printable, without spaces around it")
    return name


Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_readable)]
"""How a caller is called, wherever the name comes from."""


class Role(StrEnum):
    """What a caller may do. Roles do not contain each other: who is to look and to operate has both."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"


ALL_ROLES: Final = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Caller:
    """An identity and its roles.

    Attributes:
        name: What stands in histories and in the audit log.
        roles: What it may do.
    """

    name: str
    roles: frozenset[Role]


ANONYMOUS: Final = Caller(actors.ANONYMOUS, ALL_ROLES)
"""Whoever gives no name where nobody is asked for one."""


def remember(scope: Any, caller: Caller) -> None:
    """Keep who calls, with the request."""
    scope.setdefault("state", {})[_STATE] = caller


def caller_of(scope: Any) -> Caller:
    """Who calls, as `remember` kept it."""
    caller: Caller = scope.get("state", {}).get(_STATE, ANONYMOUS)
    return caller
