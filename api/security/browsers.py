"""Where nobody has to say who they are, a page of another site must not act through a reader's browser."""

import ipaddress
from collections.abc import Mapping
from typing import Final

from durably.contracts.access import ForbiddenError

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS: Final = frozenset({"", "same-origin", "none"})


def check_origin(method: str, headers: Mapping[str, str]) -> None:
    """Refuse what a page of another site makes a browser send; every browser says so, and other clients do not.

    Raises:
        ForbiddenError: It is such a request.
    """
    if method not in _READING and headers.get("sec-fetch-site", "") not in _OURS:
        raise ForbiddenError("A page of another site may not change anything here.")


def check_host(headers: Mapping[str, str]) -> None:
    """Refuse a name that somebody else may have pointed at this machine; to a browser its page would be ours.

    Raises:
        ForbiddenError: The request is for such a name.
    """
    host = headers.get("host", "").lower()
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    try:
        ipaddress.ip_address(name)
    except ValueError:
        if name and name != "localhost" and not name.endswith(".localhost"):
            raise ForbiddenError(
                f"This API serves this machine, and {name[:100]!r} may be anybody's name for it; "
                "DURABLY_API_AUTH=none says that it may be called that."
            ) from None
