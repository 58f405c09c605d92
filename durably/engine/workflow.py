"""What workflow code may use: the context, the combinators, retry policies."""

from dapr.ext.workflow import DaprWorkflowContext, RetryPolicy, TaskFailedError, when_all, when_any

from durably.domain.policies import RetrySpec

WorkflowContext = DaprWorkflowContext
"""The first argument of every workflow: time, ids, activities, timers, events and children come from it alone."""

__all__ = ["TaskFailedError", "WorkflowContext", "retry", "when_all", "when_any"]


def retry(spec: RetrySpec) -> RetryPolicy:
    """The engine's form of a policy from `durably.domain.policies`."""
    return RetryPolicy(
        first_retry_interval=spec.first_interval,
        max_number_of_attempts=spec.max_attempts,
        backoff_coefficient=spec.backoff,
        max_retry_interval=spec.max_interval,
    )
