"""The one error tree. Each class has a stable `code` and the HTTP status that it becomes (RFC 9457)."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class Problem(BaseModel):
    """An `application/problem+json` document, RFC 9457, with our `code` as the stable part."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    code: str
    detail: str
    instance_id: str | None = None
    errors: tuple[dict[str, Any], ...] = Field(default=(), description="One entry a wrong field: `field`, `message`.")


class DurablyError(Exception):
    """The base; `detail` tells a person what happened and what to do next.

    Args:
        detail: One or two sentences.
        instance_id: The instance that it is about, if there is one.
        errors: One entry per wrong field, for 422.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"
    retry_after_s: ClassVar[int | None] = None

    def __init__(self, detail: str, *, instance_id: str | None = None, errors: tuple[dict[str, Any], ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.instance_id = instance_id
        self.errors = errors

    def to_problem(self) -> Problem:
        """The document that says this over HTTP."""
        return Problem(
            title=self.title,
            status=self.status,
            code=self.code,
            detail=self.detail,
            instance_id=self.instance_id,
            errors=self.errors,
        )


class InvalidInputError(DurablyError):
    """The request does not fit its schema."""

    code = "invalid_input"
    status = 422
    title = "The request does not fit its schema"


class PayloadTooLargeError(DurablyError):
    """The body is larger than a workflow input may be."""

    code = "payload_too_large"
    status = 413
    title = "The request body is too large"


class UnknownWorkflowError(DurablyError):
    """No connected worker has registered that name."""

    code = "unknown_workflow"
    status = 404
    title = "No such workflow"


class InstanceNotFoundError(DurablyError):
    """There is no instance with that id."""

    code = "instance_not_found"
    status = 404
    title = "No such workflow instance"


class InstanceExistsError(DurablyError):
    """The id is taken by an instance with another input."""

    code = "instance_exists"
    status = 409
    title = "The instance id is taken"


class InstanceEndedError(DurablyError):
    """What was asked for needs an instance that has not ended, or one that has."""

    code = "instance_ended"
    status = 409
    title = "The instance is in the wrong state"


class UnavailableError(DurablyError):
    """Something that we need is away for now; the request may be repeated."""

    code = "unavailable"
    status = 503
    title = "Temporarily unavailable"
    retry_after_s = 2


class NoWorkerError(UnavailableError):
    """No worker answers."""

    code = "no_worker"
    title = "No worker is connected"


class WorkerTimeoutError(UnavailableError):
    """The worker took the request and does not answer."""

    code = "worker_timeout"
    title = "The worker does not answer"


class NoSidecarError(UnavailableError):
    """The API's own sidecar does not answer."""

    code = "no_sidecar"
    title = "The sidecar does not answer"


class EngineUnavailableError(UnavailableError):
    """The worker has lost the engine (its sidecar, or the embedded engine)."""

    code = "engine_unavailable"
    title = "The workflow engine is not reachable"


class EngineTimeoutError(UnavailableError):
    """The engine took the request and does not answer."""

    code = "engine_timeout"
    title = "The workflow engine does not answer"
