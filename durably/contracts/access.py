"""Who calls; and the errors of those who may not, or not so often, see `durably.contracts.errors`."""

from typing import Any

from pydantic import Field

from durably.contracts.errors import DurablyError
from durably.contracts.model import Frozen


class Me(Frozen):
    """The caller of the API, as the API knows it."""

    name: str = Field(description="What stands in histories and in the audit log.")
    roles: tuple[str, ...] = Field(description="viewer, operator, approver, as far as the caller has them.")
    proven: bool = Field(description="Whether the API asks for a token; if not, the name is what the caller says.")


class UnauthorizedError(DurablyError):
    """The request has no token, or one that is not accepted."""

    code = "unauthorized"
    status = 401
    title = "Who you are is not known"


class ForbiddenError(DurablyError):
    """The caller is known, and has not the role that this takes."""

    code = "forbidden"
    status = 403
    title = "You may not do this"


class RateLimitedError(DurablyError):
    """The caller asks more often than it may.

    Args:
        detail: One or two sentences.
        instance_id: As everywhere.
        errors: As everywhere.
        wait_s: Whole seconds until asking again makes sense.
    """

    code = "rate_limited"
    status = 429
    title = "Too many requests"
    retry_after_s = 1

    def __init__(
        self,
        detail: str,
        *,
        instance_id: str | None = None,
        errors: tuple[dict[str, Any], ...] = (),
        wait_s: int = 1,
    ) -> None:
        super().__init__(detail, instance_id=instance_id, errors=errors)
        self.wait_s = wait_s
