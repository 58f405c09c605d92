"""Whether somebody who was let in would be let in now: what goes on for hours outlives keys and tokens."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

from api.security.callers import Caller, Role
from api.security.doors import roles_of
from api.security.identity import Identity
from durably.contracts.access import ForbiddenError

RECHECK_S: Final = 2.0
"""Seconds after which an open answer asks again; a key file is itself looked at every few seconds."""


def check_roles(caller: Caller, roles: frozenset[Role]) -> None:
    """Let somebody pass who has all of these roles.

    Raises:
        ForbiddenError: One is missing.
    """
    if missing := sorted(roles - caller.roles):
        raise ForbiddenError(f"This takes the role {' and '.join(missing)}, which {caller.name} does not have.")


class Standing:
    """What the caller of one request came with.

    Args:
        identity: Tells whom a request comes from.
        method: The request's method.
        headers: Its headers, by names in lower case.
        roles: What its route takes.
    """

    def __init__(self, identity: Identity, *, method: str, headers: Mapping[str, str], roles: frozenset[Role]) -> None:
        self._identity = identity
        self._method = method
        self._headers = headers
        self._roles = roles

    async def check(self) -> None:
        """Ask again whether it is good.

        Raises:
            UnauthorizedError: The key or the token is not accepted any more.
            ForbiddenError: It has lost the role.
            UnavailableError: That cannot be found out for now.
        """
        check_roles(await self._identity.caller(self._method, self._headers), self._roles)


def standing_of(request: Request) -> Standing:
    """The standing of whoever makes a request."""
    roles = roles_of(request.method, request.scope["route"].path, request.path_params) or frozenset()
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Standing(request.app.state.identity, method=request.method, headers=headers, roles=roles)
