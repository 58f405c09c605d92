"""People with API keys, for an API that asks for them."""

import json
from collections.abc import Mapping
from typing import Any, Final

from api.security.callers import Role
from api.security.keys import hashed, new_key

ALL: Final = tuple(Role)


class Keyholder:
    """Somebody with a key of their own.

    Args:
        name: Who it is.
        roles: What they may do.
        until: When the key expires, in ISO 8601.
    """

    def __init__(self, name: str, *roles: Role, until: str | None = None) -> None:
        self.name = name
        self.key = new_key()
        self.entry: dict[str, Any] = {"name": name, "sha256": hashed(self.key), "roles": list(roles or ALL)}
        if until:
            self.entry["not_after"] = until

    @property
    def headers(self) -> Mapping[str, str]:
        """What they send."""
        return {"Authorization": f"Bearer {self.key}"}


def entries(*holders: Keyholder) -> str:
    """What the API is configured with to know them."""
    return json.dumps([holder.entry for holder in holders])
