"""Bearer tokens of an OpenID Connect issuer."""

from collections.abc import Mapping
from typing import Any, Final

import jwt
from pydantic import TypeAdapter, ValidationError

from api.security.callers import Caller, Name, Role
from api.security.jwks import IssuerKeys
from durably.contracts.access import UnauthorizedError

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Those with a public key. With a shared secret, whoever can check a token could make one."""

_NAME: Final = TypeAdapter(Name)
_MAX_TOKEN: Final = 16_384


class Issuer:
    """Tells who a token of an issuer is.

    Args:
        keys: The issuer's keys.
        issuer: What `iss` has to be.
        audience: What has to be in `aud`.
        name_claim: Who it is.
        roles_claim: What it may do, in the issuer's words.
        roles: What these words mean.
        leeway_s: Seconds that clocks may differ.
    """

    def __init__(
        self,
        *,
        keys: IssuerKeys,
        issuer: str,
        audience: str,
        name_claim: str,
        roles_claim: str,
        roles: Mapping[str, frozenset[Role]],
        leeway_s: float,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._name_claim = name_claim
        self._roles_claim = roles_claim
        self._roles = roles
        self._leeway_s = leeway_s

    async def owner(self, token: str) -> Caller:
        """Whose token it is.

        Raises:
            UnauthorizedError: It is not good.
            UnavailableError: The issuer's keys cannot be had.
        """
        claims = await self._claims(token)
        try:
            name = _NAME.validate_python(claims.get(self._name_claim), strict=True)
        except ValidationError:
            raise UnauthorizedError(
                f"The token's claim {self._name_claim} is no name: 1 to 200 printable characters."
            ) from None
        words = _words(_claim(claims, self._roles_claim))
        return Caller(name, frozenset(role for word in words for role in self._roles.get(word, ())))

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token) if len(token) <= _MAX_TOKEN else {}
            algorithm, kid = header.get("alg"), header.get("kid")
            if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
                raise UnauthorizedError("The token is not signed with an algorithm that is accepted.")
            claims: dict[str, Any] = jwt.decode(
                token,
                await self._keys.key(kid, algorithm),
                algorithms=[algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=self._leeway_s,
                options={"require": ["exp", "iss", "aud"], "enforce_minimum_key_length": True},
            )
        except RecursionError:
            raise UnauthorizedError("The token is not accepted: it is nested too deeply.") from None
        except jwt.PyJWTError as error:
            # The library's sentences name what is wrong, never what is in the token.
            raise UnauthorizedError(f"The token is not accepted: {str(error)[:200]}") from None
        return claims


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by the names on the way to it: some issuers name claims by URLs, others nest them."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
