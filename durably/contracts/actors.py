"""Who does something, on the way from the API to the control API."""

from typing import Final
from urllib.parse import quote, unquote

ANONYMOUS: Final = "anonymous"
"""Whoever gives no name where none is asked for."""


def to_header(name: str) -> str:
    """A name as a header's value; percent-encoded, since sidecars carry ASCII only."""
    return quote(name, safe="")


def from_header(value: str | None) -> str:
    """The name that `to_header` encoded."""
    return unquote(value) if value else ANONYMOUS


def in_history(actor: str, reason: str = "") -> str:
    """What is recorded as the reason of something that somebody did."""
    return f"{actor}: {reason}" if reason else actor
