"""Bearer tokens of an issuer, with real keys and signatures: which are good, and what keeps the others out."""

import base64
import json
import time
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import jwt
import pytest
import pytest_asyncio
import structlog

from api.security import oidc
from api.security.callers import Role
from api.security.jwks import IssuerKeys
from durably.contracts.access import UnauthorizedError
from durably.contracts.errors import UnavailableError
from tests.unit.api.issuer import AUDIENCE, Issuer, jwk

pytestmark = pytest.mark.asyncio(loop_scope="module")

Reader = Callable[..., oidc.Issuer]
ROLES = {role.value: frozenset({role}) for role in Role}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listening() -> AsyncIterator[Issuer]:
    """An issuer that listens."""
    issuer = Issuer()
    await issuer.start()
    yield issuer
    await issuer.stop()


@pytest.fixture
def issuer(listening: Issuer) -> Issuer:
    """The issuer, with its usual keys, not yet asked for them."""
    listening.reset()
    return listening


@pytest_asyncio.fixture(loop_scope="module")
async def reader(issuer: Issuer) -> AsyncIterator[Reader]:
    """Makes what reads the issuer's tokens; it has fetched no keys yet."""
    async with aiohttp.ClientSession() as session:

        def make(*, pause_s: float = 10, url: str | None = None, **changes: Any) -> oidc.Issuer:
            keys = IssuerKeys(session=session, issuer=issuer.url, url=url, pause_s=pause_s)
            usual = {
                "issuer": issuer.url,
                "audience": AUDIENCE,
                "name_claim": "sub",
                "roles_claim": "roles",
                "roles": ROLES,
                "leeway_s": 5,
            }
            return oidc.Issuer(keys=keys, **usual | changes)

        yield make


@pytest.mark.parametrize(
    ("key", "algorithm"), [("rsa", "RS256"), ("rsa", "RS512"), ("rsa", "PS256"), ("ec", "ES256"), ("ed", "EdDSA")]
)
async def test_a_good_token_says_who_it_is_and_what_they_may_do(
    issuer: Issuer, reader: Reader, key: str, algorithm: str
) -> None:
    caller = await reader().owner(issuer.token(key=key, algorithm=algorithm))

    assert (caller.name, caller.roles) == ("ada", {Role.VIEWER})


async def test_of_several_audiences_ours_is_enough(issuer: Issuer, reader: Reader) -> None:
    assert (await reader().owner(issuer.token(aud=["other", AUDIENCE]))).name == "ada"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"nbf": 32_503_680_000}, "nbf"),
        ({"aud": "other"}, "udience"),
        ({"aud": None}, "aud"),
        ({"iss": "https://elsewhere.example.org"}, "ssuer"),
        ({"iss": None}, "iss"),
        ({"sub": None}, "claim sub"),
        ({"kid": "unknown"}, "key that its issuer does not have"),
        ({"key": "other-rsa", "kid": "rsa"}, "Signature"),
        ({"key": "ec", "algorithm": "ES256", "kid": "rsa"}, "key that its issuer does not have"),
    ],
)
async def test_a_token_that_is_wrong_is_refused_with_what_is_wrong_and_never_quoted(
    issuer: Issuer, reader: Reader, changes: dict[str, Any], said: str
) -> None:
    token = issuer.token(**changes)

    with pytest.raises(UnauthorizedError, match=said) as refused:
        await reader().owner(token)
    assert not any(part in refused.value.detail for part in token.split("."))


async def test_clocks_may_differ_by_the_leeway_and_no_more(issuer: Issuer, reader: Reader) -> None:
    now = int(time.time())

    assert await reader(leeway_s=60).owner(issuer.token(exp=now - 30))
    with pytest.raises(UnauthorizedError, match="expired"):
        await reader(leeway_s=10).owner(issuer.token(exp=now - 30))


async def test_an_unsigned_token_is_refused(issuer: Issuer, reader: Reader) -> None:
    token = jwt.encode(issuer.claims(), None, algorithm="none", headers={"kid": "rsa"})

    with pytest.raises(UnauthorizedError, match="algorithm"):
        await reader().owner(token)


async def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(issuer: Issuer, reader: Reader) -> None:
    secret = "any text that is long enough for HS256"  # noqa: S105 - it opens nothing
    issuer.more = [{"kty": "oct", "kid": "shared", "k": base64.urlsafe_b64encode(secret.encode()).decode()}]

    with pytest.raises(UnauthorizedError, match="algorithm"):
        await reader().owner(jwt.encode(issuer.claims(), secret, algorithm="HS256", headers={"kid": "shared"}))


async def test_a_key_that_is_too_short_signs_nothing(issuer: Issuer, reader: Reader) -> None:
    issuer.published.append("weak")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        token = issuer.token(key="weak")

    with pytest.raises(UnauthorizedError):
        await reader().owner(token)


async def test_a_key_for_encryption_signs_nothing(issuer: Issuer, reader: Reader) -> None:
    public = jwk("other-rsa")
    issuer.more = [{**public, "kid": "enc", "use": "enc"}]

    with pytest.raises(UnauthorizedError, match="does not have"):
        await reader().owner(issuer.token(key="other-rsa", kid="enc"))


@pytest.mark.parametrize(
    "token",
    ["", "a", "a.b", "a.b.c", "..", "é.é.é", "x" * 20_000, f"{base64.urlsafe_b64encode(b'[' * 9_000).decode()}.e30.x"],
)
async def test_what_is_no_token_is_refused(reader: Reader, token: str) -> None:
    with pytest.raises(UnauthorizedError):
        await reader().owner(token)


@pytest.mark.parametrize("alg", [["RS256"], {"a": 1}, 7, None])
async def test_an_algorithm_that_is_no_text_is_refused(reader: Reader, alg: object) -> None:
    head = base64.urlsafe_b64encode(json.dumps({"alg": alg, "typ": "JWT"}).encode()).decode().rstrip("=")

    with pytest.raises(UnauthorizedError):
        await reader().owner(f"{head}.e30.AAAA")


async def test_without_an_id_the_only_key_that_fits_is_taken(issuer: Issuer, reader: Reader) -> None:
    issuer.published = ["rsa"]
    assert (await reader().owner(issuer.token(kid=None))).name == "ada"

    issuer.published = ["rsa", "other-rsa"]
    with pytest.raises(UnauthorizedError):
        await reader().owner(issuer.token(kid=None))


@pytest.mark.parametrize(
    ("claim", "value", "roles"),
    [
        ("roles", ["viewer", "operator", "unknown", 7], {Role.VIEWER, Role.OPERATOR}),
        ("roles", "viewer approver", {Role.VIEWER, Role.APPROVER}),
        ("roles", [], set()),
        ("roles", {"viewer": True}, set()),
        ("https://example.org/roles", ["approver"], {Role.APPROVER}),
    ],
)
async def test_roles_come_from_the_claim_that_is_configured(
    issuer: Issuer, reader: Reader, claim: str, value: Any, roles: set[Role]
) -> None:
    token = issuer.token(**{"roles": None, claim: value})

    assert (await reader(roles_claim=claim).owner(token)).roles == roles


async def test_roles_may_be_nested_and_have_the_issuers_names(issuer: Issuer, reader: Reader) -> None:
    roles = {"staff": frozenset({Role.VIEWER, Role.OPERATOR})}
    token = issuer.token(realm_access={"roles": ["staff", "viewer"]})

    caller = await reader(roles_claim="realm_access.roles", roles=roles).owner(token)

    assert caller.roles == {Role.VIEWER, Role.OPERATOR}


@pytest.mark.parametrize("name", ["ada@example.org", "Zoë", "a b"])
async def test_the_name_comes_from_the_claim_that_is_configured(issuer: Issuer, reader: Reader, name: str) -> None:
    assert (await reader(name_claim="email").owner(issuer.token(email=name))).name == name


@pytest.mark.parametrize("name", ["", " ada", "a\nb", "a" * 201, 7, ["ada"], None])
async def test_a_name_that_could_be_mistaken_is_refused(issuer: Issuer, reader: Reader, name: Any) -> None:
    with pytest.raises(UnauthorizedError, match="claim email"):
        await reader(name_claim="email").owner(issuer.token(email=name))


async def test_keys_are_fetched_once_for_many_tokens(issuer: Issuer, reader: Reader) -> None:
    tokens = reader()

    for _ in range(5):
        await tokens.owner(issuer.token())
        await tokens.owner(issuer.token(key="ec", algorithm="ES256"))

    assert issuer.asked == 1


async def test_a_new_key_of_the_issuer_is_fetched_when_a_token_names_it(issuer: Issuer, reader: Reader) -> None:
    tokens = reader(pause_s=0)
    await tokens.owner(issuer.token())
    issuer.published = ["other-rsa"]

    assert (await tokens.owner(issuer.token(key="other-rsa"))).name == "ada"
    assert issuer.asked == 2
    with pytest.raises(UnauthorizedError, match="does not have"):
        await tokens.owner(issuer.token())  # withdrawn


async def test_tokens_with_made_up_key_ids_do_not_make_the_issuer_busy(issuer: Issuer, reader: Reader) -> None:
    tokens = reader(pause_s=60)

    for number in range(5):
        with pytest.raises(UnauthorizedError, match="does not have"):
            await tokens.owner(issuer.token(kid=f"made-up-{number}"))

    assert issuer.asked == 1


async def test_an_issuer_that_is_away_is_a_passing_weakness_and_no_refusal(issuer: Issuer, reader: Reader) -> None:
    issuer.silent = True
    tokens = reader(pause_s=0)

    with structlog.testing.capture_logs() as lines, pytest.raises(UnavailableError):
        await tokens.owner(issuer.token())
    assert [line["event"] for line in lines] == ["issuer_keys_not_read"]

    issuer.silent = False
    assert (await tokens.owner(issuer.token())).name == "ada"


async def test_while_the_issuer_is_away_the_keys_that_it_had_are_good(
    issuer: Issuer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = reader(pause_s=0)
    await tokens.owner(issuer.token())
    monkeypatch.setattr("api.security.jwks._KEEP_S", 0)
    issuer.silent = True

    with structlog.testing.capture_logs():
        assert (await tokens.owner(issuer.token())).name == "ada"
    assert issuer.asked == 2


@pytest.mark.parametrize(
    "document", [{"issuer": "https://elsewhere.example.org"}, {"jwks_uri": "http://example.org/keys"}, {"jwks_uri": 7}]
)
async def test_a_discovery_document_that_is_not_the_issuers_is_not_believed(
    issuer: Issuer, reader: Reader, document: dict[str, Any]
) -> None:
    issuer.document = document

    with structlog.testing.capture_logs(), pytest.raises(UnavailableError):
        await reader().owner(issuer.token())
    assert issuer.asked == 0


async def test_the_address_of_the_keys_can_be_given_instead(issuer: Issuer, reader: Reader) -> None:
    issuer.document = {"issuer": "https://elsewhere.example.org"}

    assert (await reader(url=f"{issuer.url}/keys").owner(issuer.token())).name == "ada"
