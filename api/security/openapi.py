"""What the OpenAPI document says about tokens and roles, where they are asked for."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from api.openapi import problems
from api.security.doors import roles_of
from api.security.settings import AccessSettings
from durably.contracts.access import ForbiddenError, RateLimitedError, UnauthorizedError
from durably.contracts.errors import DurablyError

_SCHEME: Final = "token"
_ABOUT: Final = {"type": "http", "scheme": "bearer", "description": "An API key, or a token of the issuer."}


def secured(document: Callable[[], dict[str, Any]], settings: AccessSettings) -> Callable[[], dict[str, Any]]:
    """The document, with what these settings ask of callers."""
    asks = settings.takes_keys or settings.takes_oidc
    errors: tuple[type[DurablyError], ...] = (UnauthorizedError, ForbiddenError) if asks else ()
    if asks or settings.rate_per_s:
        errors = (*errors, RateLimitedError)

    def openapi() -> dict[str, Any]:
        made = document()
        if not errors:
            return made
        if asks:
            made["components"]["securitySchemes"] = {_SCHEME: _ABOUT}
        for path, methods in made["paths"].items():
            for method, operation in methods.items():
                if (roles := roles_of(method.upper(), path, {})) is not None:
                    _secure(operation, sorted(role.value for role in roles) if asks else None, errors)
        return made

    return openapi


def _secure(operation: dict[str, Any], roles: Sequence[str] | None, errors: tuple[type[DurablyError], ...]) -> None:
    if roles is not None:
        operation["security"] = [{_SCHEME: []}]
        operation["x-durably-roles"] = list(roles)
    documented = {str(status): response for status, response in problems(*errors).items()}
    for error in errors:
        known = operation["responses"].setdefault(str(error.status), documented[str(error.status)])
        for media, content in documented[str(error.status)]["content"].items():
            known["content"][media].setdefault("examples", {}).update(content["examples"])
