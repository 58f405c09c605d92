"""What an id may look like."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._~-]*$"
"""Letters, digits and `._~-`. Dapr itself uses `:` (child workflows), `|` and `/` (keys), so ids of ours have none."""

TaskId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ID_PATTERN)]
OrderId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ID_PATTERN)]
ApplicationId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ID_PATTERN)]
Sku = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ID_PATTERN)]
"""An item that is sold, by the seller's own name for it."""
COUNTS: Final = "counts"


def _unreserved(instance_id: str) -> str:
    if instance_id == COUNTS:
        raise ValueError(f"{COUNTS} is reserved")
    return instance_id


InstanceId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=128, pattern=ID_PATTERN),
    AfterValidator(_unreserved),
    Field(json_schema_extra={"not": {"const": COUNTS}}),
]
"""An id that a caller gives to a new instance. `/instances/counts` is no instance, so none may be called that."""


def task_instance_id(task_id: str) -> str:
    """The instance id of the pipeline that processes a task."""
    return f"task-{task_id}"


def order_instance_id(order_id: str) -> str:
    """The instance id of the saga that processes an order."""
    return f"order-{order_id}"


def application_instance_id(application_id: str) -> str:
    """The instance id of the workflow that a job application goes through."""
    return f"application-{application_id}"
