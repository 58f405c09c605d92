"""Problem documents back to errors, for whoever passes one on."""

from typing import Final

from durably.contracts import access, errors, refusals
from durably.contracts.errors import DurablyError, Problem

ERRORS: Final[dict[str, type[DurablyError]]] = {
    error.code: error
    for error in (
        errors.DurablyError,
        errors.InvalidInputError,
        errors.PayloadTooLargeError,
        errors.UnknownWorkflowError,
        errors.InstanceNotFoundError,
        errors.InstanceExistsError,
        errors.InstanceEndedError,
        errors.NoWorkerError,
        errors.WorkerTimeoutError,
        errors.NoSidecarError,
        errors.EngineUnavailableError,
        errors.EngineTimeoutError,
        refusals.ApprovalClosedError,
        refusals.AlreadyVotedError,
        refusals.NoApprovalError,
        refusals.NotAnApproverError,
        refusals.NothingToRerunError,
        refusals.HistoryTooLongError,
        refusals.InstanceCompletedError,
        refusals.InstancePausedError,
        access.UnauthorizedError,
        access.ForbiddenError,
        access.RateLimitedError,
    )
}
"""Every error by its code."""


def from_problem(problem: Problem) -> DurablyError:
    """The error that a problem document stands for."""
    error = ERRORS.get(problem.code, DurablyError)
    return error(problem.detail, instance_id=problem.instance_id, errors=problem.errors)
