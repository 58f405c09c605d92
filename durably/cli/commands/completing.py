"""What a shell offers after Tab: names that the server knows. Where it does not answer at once, nothing."""

import os
from typing import Final

from durably.cli.commands.profile import Server
from durably.cli.exits import CommandError

_PATIENCE_S: Final = 1.0
_OFFERS: Final = 50


def workflow_names(incomplete: str) -> list[str]:
    """The workflows that can be started and begin so."""
    names = [entry["name"] for entry in _asked("/workflows", {}, "workflows")]
    return [name for name in names if name.startswith(incomplete)]


def instance_ids(incomplete: str) -> list[str]:
    """The newest instances whose id begins so."""
    query = {"prefix": incomplete, "limit": _OFFERS}
    return [entry["instance_id"] for entry in _asked("/instances", query, "instances")]


def _asked(at: str, query: dict[str, object], key: str) -> list[dict[str, str]]:
    server, token, user = (os.environ.get(f"DURABLY_{name}") for name in ("SERVER", "TOKEN", "USER"))
    try:
        api = Server(server=server, token=token, user=user).api(timeout_s=_PATIENCE_S)
        found: list[dict[str, str]] = api.get(at, query)[key]
    except CommandError:
        return []
    return found
