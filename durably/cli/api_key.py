"""`durably api-key`: makes a key, and what is kept of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from pydantic import ValidationError

from api.security.callers import Role
from api.security.keys import ApiKey, hashed, new_key
from durably.cli.commands.output import document, note, say
from durably.cli.exits import UsageError

Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is; histories and the audit log say it.")]
Roles = Annotated[
    list[Role], typer.Option("--role", metavar="ROLE", help="viewer, operator or approver. Repeat it for several.")
]
Days = Annotated[
    int | None,
    typer.Option("--days", min=1, max=36_500, metavar="DAYS", help="After so many days the key is good no more."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document: `key` and `entry`.")]


def api_key(name: Name, role: Roles, days: Days = None, as_json: Json = False) -> None:  # noqa: FBT002 - an option
    """Make an API key.

    The key is shown this once; what the API is given is its entry, which has only a hash of it. To exchange a key, add
    the entry of a second one under the same name, and take the first away once nobody uses it.
    """
    key = new_key()
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days) if days else None
    try:
        made = ApiKey(name=name, sha256=hashed(key), roles=frozenset(role), not_after=until)
    except ValidationError:
        raise UsageError(
            f"{name!r} is no name for a key", hint="1 to 200 printable characters, no space around them"
        ) from None
    entry = made.model_dump(mode="json", exclude_none=True) | {"roles": sorted(made.roles)}
    if as_json:
        document({"key": key, "entry": entry})
        return
    note("The key, for its owner; it is not shown again:")
    say(key)
    note("Its entry, for the list in DURABLY_API_KEYS or in the file of DURABLY_API_KEYS_FILE:")
    say(json.dumps(entry, ensure_ascii=False))
