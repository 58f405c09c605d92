"""Whom a request comes from, by what it brings."""

from collections.abc import Mapping
from typing import Final, Protocol

import aiohttp
from pydantic import TypeAdapter

from api.security.browsers import check_host, check_origin
from api.security.callers import ALL_ROLES, ANONYMOUS, Caller, Name
from api.security.keyring import Keyring
from api.security.keys import PREFIX
from api.security.settings import AccessSettings
from durably.contracts.access import UnauthorizedError
from durably.contracts.errors import InvalidInputError

USER_HEADER: Final = "Durably-User"
"""Who it is, where nobody has to prove it."""

_NAME: Final = TypeAdapter(Name)


class Owner(Protocol):
    """Tells whose a token is."""

    async def owner(self, token: str) -> Caller:
        """The caller. Raises `UnauthorizedError`, or `UnavailableError` where it cannot be found out for now."""


class Identity(Protocol):
    """Tells whom a request comes from."""

    async def caller(self, method: str, headers: Mapping[str, str]) -> Caller:
        """The caller, by header names in lower case. Raises a `DurablyError` where the request cannot be taken."""


class Believed:
    """Everybody may do everything, and is who they say they are.

    Args:
        local: Whether only this machine is served, by its own names.
    """

    def __init__(self, *, local: bool) -> None:
        self._local = local

    async def caller(self, method: str, headers: Mapping[str, str]) -> Caller:
        """As `Identity`."""
        check_origin(method, headers)
        if self._local:
            check_host(headers)
        if not (name := headers.get(USER_HEADER.lower())):
            return ANONYMOUS
        try:
            return Caller(_NAME.validate_python(name.encode("latin-1").decode()), ALL_ROLES)
        except ValueError:  # of pydantic or of the decoder
            wrong = {"field": USER_HEADER, "message": "has to be 1 to 200 printable characters in UTF-8"}
            raise InvalidInputError(f"Look at: {USER_HEADER}.", errors=(wrong,)) from None


class Proven:
    """Everybody proves who they are with a bearer token.

    Args:
        keyring: Knows API keys; None where none are taken.
        issuer: Knows the tokens of an issuer; None where none are taken.
    """

    def __init__(self, *, keyring: Keyring | None, issuer: Owner | None) -> None:
        self._keyring = keyring
        self._issuer = issuer

    async def caller(self, method: str, headers: Mapping[str, str]) -> Caller:  # noqa: ARG002 - a token is no cookie: no page can make a browser send it
        """As `Identity`."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthorizedError("Send a token with the header `Authorization: Bearer TOKEN`.")
        token = token.strip()
        if self._keyring is not None and (self._issuer is None or token.startswith(PREFIX)):
            return self._keyring.owner(token)
        assert self._issuer is not None  # noqa: S101 - the settings have one of the two
        return await self._issuer.owner(token)


def identity(settings: AccessSettings, *, session: aiohttp.ClientSession) -> Identity:
    """What the settings choose."""
    if settings.auth in {None, "none"}:
        return Believed(local=settings.auth is None)
    keys = settings.keys.get_secret_value() if settings.keys else None
    keyring = Keyring(inline=keys, file=settings.keys_file) if settings.takes_keys else None
    return Proven(keyring=keyring, issuer=_issuer(settings, session) if settings.takes_oidc else None)


def _issuer(settings: AccessSettings, session: aiohttp.ClientSession) -> Owner:
    from api.security.jwks import IssuerKeys  # noqa: PLC0415 - who takes no such tokens does not load cryptography
    from api.security.oidc import Issuer  # noqa: PLC0415 - as above

    issuer, audience = settings.oidc_issuer or "", settings.oidc_audience or ""
    return Issuer(
        keys=IssuerKeys(session=session, issuer=issuer, url=settings.oidc_jwks_url),
        issuer=issuer,
        audience=audience,
        name_claim=settings.oidc_name_claim,
        roles_claim=settings.oidc_roles_claim,
        roles=settings.oidc_roles,
        leeway_s=settings.oidc_leeway_s,
    )
