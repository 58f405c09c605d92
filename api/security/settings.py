import ipaddress
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings
from yarl import URL

from api.security.callers import Role
from api.security.keyring import read
from api.security.keys import KeysError, parsed

_CHOICES: Final = "none, keys, oidc or keys+oidc"


class AccessSettings(BaseSettings):
    """Where the API listens, and whom it lets in."""

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8080, ge=0, le=65_535, description="The port to listen on; 0 takes a free one.")
    metrics_port: int | None = Field(
        default=None,
        ge=1,
        le=65_535,
        description="A port for `/metrics` alone, which is then not on the other one. Unset: one port for all.",
    )
    auth: Literal["none", "keys", "oidc", "keys+oidc"] | None = Field(
        default=None,
        description="Who is let in: all, holders of API keys, of tokens of an OpenID Connect issuer, or of either. "
        "Has to be set where `DURABLY_API_HOST` is not loopback; on loopback unset means everybody on this machine.",
    )
    keys: SecretStr | None = Field(
        default=None, description="API keys, as a JSON list of the entries that `durably api-key` prints."
    )
    keys_file: Path | None = Field(
        default=None, description="A file with such a list; a change is noticed within seconds, without a restart."
    )
    oidc_issuer: str | None = Field(default=None, description="The issuer's URL, exactly as tokens have it in `iss`.")
    oidc_audience: str | None = Field(default=None, description="What tokens have to have in `aud`.")
    oidc_jwks_url: str | None = Field(
        default=None, description="Where the issuer's keys are. Unset: where its discovery document says."
    )
    oidc_name_claim: str = Field(
        default="sub",
        min_length=1,
        description="The claim that says who it is; it has to be one that nobody can choose for themselves.",
    )
    oidc_roles_claim: str = Field(
        default="roles",
        min_length=1,
        description="The claim with the roles: a list, or text with spaces. `a.b` is `b` in `a`.",
    )
    oidc_roles: dict[str, frozenset[Role]] = Field(
        default={role.value: frozenset({role}) for role in Role},
        description="What a value of that claim means, as JSON: a list of viewer, operator, approver for each value.",
    )
    oidc_leeway_s: float = Field(
        default=30, ge=0, le=300, description="Seconds that the issuer's clock and this one may differ."
    )
    rate_per_s: float = Field(
        default=0,
        ge=0,
        description="Requests that each caller may make in a second, to each process; 0 for any number.",
    )
    rate_burst: int = Field(default=100, ge=1, description="Requests that a caller who was quiet may make at once.")

    @model_validator(mode="after")
    def _chosen(self) -> Self:
        if self.auth is None and not is_loopback(self.host):
            raise _refusal(
                f"DURABLY_API_AUTH: is not set, and other machines can reach {self.host}; choose {_CHOICES}, "
                "see docs/security.md"
            )
        if self.takes_keys:
            self._check_keys()
        if self.takes_oidc:
            self._check_oidc()
        return self

    @property
    def takes_keys(self) -> bool:
        """Whether API keys let in."""
        return self.auth in {"keys", "keys+oidc"}

    @property
    def takes_oidc(self) -> bool:
        """Whether tokens of an issuer let in."""
        return self.auth in {"oidc", "keys+oidc"}

    @property
    def unused(self) -> list[str]:
        """Variables that say whom to let in, where everybody is."""
        given = (name for name in ("keys", "keys_file", "oidc_issuer", "oidc_audience") if getattr(self, name))
        return [] if self.takes_keys or self.takes_oidc else [f"DURABLY_API_{name.upper()}" for name in given]

    def _check_keys(self) -> None:
        if self.keys is None and self.keys_file is None:
            raise _refusal("DURABLY_API_KEYS: DURABLY_API_AUTH wants API keys; set this or DURABLY_API_KEYS_FILE")
        variable = "DURABLY_API_KEYS"
        try:
            if self.keys is not None:
                parsed(self.keys.get_secret_value())
            variable = "DURABLY_API_KEYS_FILE"
            if self.keys_file is not None:
                read(self.keys_file)
        except KeysError as error:
            raise _refusal(f"{variable}: {error}") from None

    def _check_oidc(self) -> None:
        for name in ("oidc_issuer", "oidc_audience"):
            if not getattr(self, name):
                raise _refusal(
                    f"DURABLY_API_{name.upper()}: is not set, and DURABLY_API_AUTH wants tokens of an issuer"
                )
        for name in ("oidc_issuer", "oidc_jwks_url"):
            if (url := getattr(self, name)) and not is_trustworthy(url):
                raise _refusal(f"DURABLY_API_{name.upper()}: has to begin with https://, it is {url!r}")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_trustworthy(url: str) -> bool:
    """Whether what comes from there was said by whom it seems: keys that anybody can put in sign anybody's tokens."""
    found = URL(url)
    return found.host is not None and (found.scheme == "https" or (found.scheme == "http" and is_loopback(found.host)))


def _refusal(line: str) -> PydanticCustomError:
    return PydanticCustomError("access", line)
