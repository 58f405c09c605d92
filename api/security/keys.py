"""API keys: made once, kept as hashes.

A key is 256 random bits, so nobody finds it by trying, whatever the hash costs. A slow hash protects passwords, which
can be guessed; here it would only make every request slow. Text of another form is no key, even if its hash is listed.
"""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.security.callers import Caller, Name, Role
from durably.contracts.access import UnauthorizedError
from durably.contracts.complaints import complaint

PREFIX: Final = "durably_"
"""So that people, and those who search repositories for secrets, see what it is."""

_FORM: Final = re.compile(PREFIX + "[A-Za-z0-9_-]{43,}", re.ASCII)
_RANDOM_BYTES: Final = 32


class KeysError(Exception):
    """What should be API keys cannot be used; the message never quotes it."""


class ApiKey(BaseModel):
    """One entry: whose key, its hash, what it may do. Of two entries of one name, both keys are good."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Name
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    roles: frozenset[Role] = Field(min_length=1)
    not_after: AwareDatetime | None = None


_ENTRIES: Final = TypeAdapter(tuple[ApiKey, ...])


def new_key() -> str:
    """A key that nobody has had before."""
    return PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def is_key(token: str) -> bool:
    """Whether it has the form of a key."""
    return _FORM.fullmatch(token) is not None


def hashed(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def parsed(text: str | bytes) -> tuple[ApiKey, ...]:
    """The entries of a JSON list.

    Raises:
        KeysError: It is none, or an empty one.
    """
    try:
        entries = _ENTRIES.validate_json(text)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = "".join(f"[{part}]" for part in wrong["loc"])
        raise KeysError(f"{place}: {complaint(wrong)}" if place else complaint(wrong)) from None
    if not entries:
        raise KeysError("has no entry: make one with `durably api-key`")
    return entries


def owner(token: str, entries: tuple[ApiKey, ...]) -> Caller:
    """Whose key it is.

    Raises:
        UnauthorizedError: Nobody's, or not any more.
    """
    given = hashed(token)
    # All are compared, each in the same time, so that the time of an answer tells nothing.
    found = [entry for entry in entries if hmac.compare_digest(entry.sha256, given)]
    if not found or not is_key(token):
        raise UnauthorizedError("The API key is not known here.")
    now = datetime.now(UTC)
    good = [entry for entry in found if entry.not_after is None or now <= entry.not_after]
    if not good:
        raise UnauthorizedError("The API key has expired.")
    return Caller(good[0].name, good[0].roles)
