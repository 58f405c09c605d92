"""Lets in whom it should, before anything of a request is read but its head."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import problem_response
from api.security.audit import Record
from api.security.callers import Caller, Role, remember
from api.security.doors import Door, Doors
from api.security.identity import Identity
from api.security.rates import Rates
from api.security.standing import check_roles
from durably.contracts.access import RateLimitedError, UnauthorizedError
from durably.contracts.errors import DurablyError

_FAILURES_PER_S: Final = 5.0
_FAILURES_AT_ONCE: Final = 100
"""Refused tokens from one address; behind a proxy many callers have one, and those with good tokens never notice."""


class Guard:
    """ASGI middleware: who is it, may they, how often; and a line in the log.

    Args:
        app: What is protected. Its `state.identity` tells who calls.
        rates: How often each caller may ask.
    """

    def __init__(self, app: ASGIApp, *, rates: Rates) -> None:
        self._app = app
        self._rates = rates
        self._failures = Rates(per_s=_FAILURES_PER_S, burst=_FAILURES_AT_ONCE)
        self._doors: tuple[Sequence[BaseRoute], Doors] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        door = self._door(scope) if scope["type"] == "http" else None
        if door is None or door.roles is None:
            await self._app(scope, receive, send)
            return
        record = Record(scope, door, send)
        try:
            await self._answer(scope, receive, record, door.roles)
        except Exception:
            record.broke()
            raise
        finally:
            record.write()

    async def _answer(self, scope: Scope, receive: Receive, record: Record, roles: frozenset[Role]) -> None:
        try:
            record.caller = await self._caller(scope)
            self._admit(record.caller, roles)
        except DurablyError as refusal:
            await problem_response(refusal, headers=_headers(refusal))(scope, receive, record.send)
            return
        remember(scope, record.caller)
        await self._app(scope, receive, record.send)

    def _door(self, scope: Scope) -> Door | None:
        routes: Sequence[BaseRoute] = scope["app"].routes
        if self._doors is None or self._doors[0] is not routes:
            self._doors = (routes, Doors(routes))  # routes are added after the middleware
        return self._doors[1].find(scope)

    async def _caller(self, scope: Scope) -> Caller:
        identity: Identity = scope["app"].state.identity
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            return await identity.caller(scope["method"], headers)
        except UnauthorizedError:
            _take(self._failures, (scope.get("client") or ("",))[0])
            raise

    def _admit(self, caller: Caller, roles: frozenset[Role]) -> None:
        _take(self._rates, caller.name)
        check_roles(caller, roles)


def _take(rates: Rates, who: str) -> None:
    if wait_s := rates.take(who):
        raise RateLimitedError(f"Ask again in {math.ceil(wait_s)} s, and less often.", wait_s=math.ceil(wait_s))


def _headers(refusal: DurablyError) -> Mapping[str, str]:
    """What a refusal says beside its problem document."""
    if isinstance(refusal, UnauthorizedError):
        return {"WWW-Authenticate": 'Bearer realm="durably"'}
    if isinstance(refusal, RateLimitedError):
        return {"Retry-After": str(refusal.wait_s)}
    return {}
