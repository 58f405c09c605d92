"""Which route a request is for, before the framework chooses it, and so before anything of the body is read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from api.security.callers import ALL_ROLES, Role
from api.security.table import ROUTES


@dataclass(frozen=True, slots=True)
class Door:
    """What a request is for.

    Attributes:
        route: The path as the route declares it.
        roles: All that it takes; None where the route is open.
        instance_id: The instance that the path names.
    """

    route: str
    roles: frozenset[Role] | None
    instance_id: str | None


@dataclass(frozen=True, slots=True)
class _Route:
    path: str
    pattern: re.Pattern[str]
    methods: frozenset[str] | None


class Doors:
    """Finds the door of a request.

    Args:
        routes: The application's routes, in the order in which they are tried.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = [_route(context) for context in iter_route_contexts(routes)]

    def all(self) -> list[tuple[str, str]]:
        """Every method and path that there is."""
        return [(m, route.path) for route in self._routes for m in sorted(route.methods or {"GET"}) if m != "HEAD"]

    def find(self, scope: Mapping[str, Any]) -> Door | None:
        """The door; None for what becomes a 404 or a 405, which tell nothing that is not in the source."""
        path, method = scope["path"], scope["method"]
        for route in self._routes:
            if (match := route.pattern.match(path)) and (route.methods is None or method in route.methods):
                found = match.groupdict()
                return Door(route.path, roles_of(method, route.path, found), found.get("instance_id"))
        return None


def roles_of(method: str, path: str, parameters: Mapping[str, str]) -> frozenset[Role] | None:
    """The roles that a route takes; None where it asks nobody who they are."""
    method = "GET" if method == "HEAD" else method
    # Engines take the names of events in any case.
    filled = path.replace("{name}", parameters.get("name", "").casefold())
    for known in ((method, filled), (method, path)):
        if known in ROUTES:
            role = ROUTES[known]
            return role if role is None else frozenset({role} if isinstance(role, Role) else ())
    return ALL_ROLES


def _route(context: Any) -> _Route:
    """What matters of a route, whether it was declared, included or mounted."""
    path: str = context.path
    mounted = context.methods is None
    return _Route(
        f"{path}/{{path:path}}" if mounted else path, context.path_regex, frozenset(context.methods or ()) or None
    )
