"""The keys with which an issuer signs: fetched when they are needed, and kept."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import structlog
from jwt import InvalidKeyError, PyJWK, PyJWKError
from yarl import URL

from api.security.settings import is_trustworthy
from durably.contracts.access import UnauthorizedError
from durably.contracts.errors import UnavailableError

_DISCOVERY: Final = "/.well-known/openid-configuration"
_TIMEOUT: Final = aiohttp.ClientTimeout(total=2)
"""Of each of two requests: together less than the time in which every call has its answer."""
_KEEP_S: Final = 600.0
"""After so long a key that the issuer has withdrawn is withdrawn here."""


class IssuerKeys:
    """The public keys of one issuer.

    Args:
        session: The process's HTTP client.
        issuer: Its URL.
        url: Where its keys are; by default where its discovery document says.
        pause_s: Seconds between two requests, however many unknown keys tokens name.
    """

    def __init__(
        self, *, session: aiohttp.ClientSession, issuer: str, url: str | None = None, pause_s: float = 10.0
    ) -> None:
        self._session = session
        self._issuer = issuer
        self._url = url
        self._pause_s = pause_s
        self._keys: list[dict[str, Any]] = []
        self._fetched = self._asked = -float("inf")
        self._lock = asyncio.Lock()
        self._log: Any = structlog.get_logger()

    async def key(self, kid: str | None, algorithm: str) -> PyJWK:
        """The key that a token names.

        Raises:
            UnauthorizedError: The issuer has no such key.
            UnavailableError: The issuer does not answer, and has not before.
        """
        found = self._find(kid, algorithm)
        old = time.monotonic() - self._fetched >= _KEEP_S
        if found is None or (old and not self._lock.locked()):  # one asks, the others go on with what there is
            await self._refresh()
            found = self._find(kid, algorithm)
        if found is None:
            raise UnauthorizedError("The token is signed with a key that its issuer does not have.")
        return found

    def _find(self, kid: str | None, algorithm: str) -> PyJWK | None:
        fitting = [key for key in self._keys if _fits(key, kid, algorithm)]
        if len(fitting) != 1:  # without an id only where there is no doubt
            return None
        try:
            return PyJWK(fitting[0], algorithm)
        except (InvalidKeyError, PyJWKError):
            return None

    async def _refresh(self) -> None:
        """Ask the issuer, unless somebody has just done so; what it said before is good as long as it is silent."""
        async with self._lock:
            if time.monotonic() - self._asked >= self._pause_s:
                self._asked = time.monotonic()
                try:
                    self._keys = await self._fetch()
                    self._fetched = time.monotonic()
                except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                    self._log.warning("issuer_keys_not_read", issuer=self._issuer, reason=str(error) or repr(error))
            if not self._keys:
                raise UnavailableError("The keys of the tokens' issuer cannot be read; the log says more.")

    async def _fetch(self) -> list[dict[str, Any]]:
        url = self._url
        if url is None:
            document = await self._json(self._issuer.rstrip("/") + _DISCOVERY)
            url = document.get("jwks_uri")
            if document.get("issuer") != self._issuer:
                raise ValueError(f"the discovery document is that of {document.get('issuer')!r}")
            if not isinstance(url, str) or not is_trustworthy(url):
                raise ValueError(f"jwks_uri has to begin with https://, it is {url!r}")
        keys = (await self._json(url)).get("keys")
        if not isinstance(keys, list) or not keys:
            raise ValueError(f"{url} has no keys")
        return [key for key in keys if isinstance(key, dict)]

    async def _json(self, url: str) -> dict[str, Any]:
        async with self._session.get(URL(url), timeout=_TIMEOUT, allow_redirects=False) as answer:
            if answer.status != 200:  # noqa: PLR2004 - OK
                raise ValueError(f"{url} answers {answer.status}")
            document = json.loads(await answer.read())
        if not isinstance(document, dict):
            raise ValueError(f"{url} is no JSON object")  # noqa: TRY004 - one kind of error for all that is wrong there
        return document


def _fits(key: Mapping[str, Any], kid: str | None, algorithm: str) -> bool:
    return (
        (kid is None or key.get("kid") == kid)
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and key.get("kty") != "oct"
    )
