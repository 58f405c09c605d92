"""An OpenID Connect issuer: real keys, real signatures, a real endpoint for the keys."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

AUDIENCE: Final = "durably"
PRIVATE: Final[Mapping[str, Any]] = {
    "rsa": rsa.generate_private_key(public_exponent=65_537, key_size=2048),
    "other-rsa": rsa.generate_private_key(public_exponent=65_537, key_size=2048),
    "ec": ec.generate_private_key(ec.SECP256R1()),
    "ed": ed25519.Ed25519PrivateKey.generate(),
    "weak": rsa.generate_private_key(public_exponent=65_537, key_size=1024),  # noqa: S505 - it is to be refused
}
_TO_JWK: Final[Mapping[str, Callable[..., Any]]] = {
    "rsa": RSAAlgorithm.to_jwk,
    "other-rsa": RSAAlgorithm.to_jwk,
    "ec": ECAlgorithm.to_jwk,
    "ed": OKPAlgorithm.to_jwk,
    "weak": RSAAlgorithm.to_jwk,
}


class Issuer:
    """Serves its discovery document and its keys, and counts how often it is asked for them.

    Attributes:
        url: Its name.
        published: The names of the keys that it admits to; each is also the key's id.
        asked: How often it was asked for them.
        silent: Whether it answers with a 500.
    """

    def __init__(self) -> None:
        self.url = ""
        self.published: list[str] = []
        self.asked = 0
        self.silent = False
        self.document: dict[str, Any] = {}
        self.more: list[Any] = []
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close."""
        assert self._runner is not None
        await self._runner.cleanup()

    def reset(self) -> None:
        """Forget what a test changed."""
        self.published, self.asked, self.silent, self.document, self.more = ["rsa", "ec", "ed"], 0, False, {}, []

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What a good token says, with changes; None leaves a claim out."""
        now = int(time.time())
        base = {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 60, "roles": ["viewer"]}
        return {name: value for name, value in (base | changes).items() if value is not None}

    def token(self, *, key: str = "rsa", algorithm: str = "RS256", kid: str | None = "", **changes: Any) -> str:
        """A token; by default a good one."""
        headers = {} if kid is None else {"kid": kid or key}
        return jwt.encode(self.claims(**changes), PRIVATE[key], algorithm=algorithm, headers=headers)

    async def _discovery(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | self.document)

    async def _keys(self, _: web.Request) -> web.Response:
        self.asked += 1
        if self.silent:
            return web.Response(status=500)
        keys = [jwk(name) for name in self.published]
        return web.json_response({"keys": [*self.more, *keys]})


def jwk(name: str) -> dict[str, Any]:
    """A public key as an issuer publishes it."""
    return {**_TO_JWK[name](PRIVATE[name].public_key(), as_dict=True), "kid": name, "use": "sig"}
