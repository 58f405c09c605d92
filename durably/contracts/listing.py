"""Instances in numbers: what can be asked of a list, its pages, counts, and the approvals that wait for people."""

import re
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from durably.contracts.approvals import PendingApproval, Person
from durably.contracts.instances import InstanceStatus
from durably.contracts.model import Frozen

MAX_PAGE: Final = 500
"""The most instances of one page."""

_RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


def _written_out(value: Any) -> Any:
    """Without this a number would be taken for seconds since 1970."""
    if isinstance(value, str) and not _RFC_3339.fullmatch(value):
        raise ValueError("has to be a time with its zone, such as 2026-01-31T12:00:00Z")
    return value


_Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Workflows = Annotated[
    tuple[_Name, ...], Field(max_length=50, description="Only instances of these workflows; repeat it for several.")
]
_Prefix = Annotated[
    str, StringConstraints(max_length=512), Field(description="Only instances whose id begins with this.")
]


class CountQuery(Frozen):
    """Which instances are counted; without a filter all are."""

    workflow: _Workflows = ()
    prefix: _Prefix = ""


class InstanceQuery(CountQuery):
    """Which instances are listed, newest first."""

    status: Annotated[
        tuple[InstanceStatus, ...],
        Field(max_length=50, description="Only instances in these states; repeat it for several."),
    ] = ()
    created_after: _Moment | None = Field(
        default=None, description="Only instances that were created later than this, such as 2026-01-31T12:00:00Z."
    )
    limit: int = Field(default=50, ge=1, le=MAX_PAGE, description="The most instances of one page.")
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=1_000)] | None = Field(
        default=None, description="The `next_cursor` of the page before; the filters have to be the same."
    )


class InstanceSummary(Frozen):
    """One line of a list."""

    instance_id: str
    workflow: str
    status: InstanceStatus
    created_at: AwareDatetime
    updated_at: AwareDatetime


class InstancePage(Frozen):
    """Some instances, newest first. An instance that is there all the time stands on exactly one page."""

    instances: tuple[InstanceSummary, ...]
    next_cursor: str | None = Field(default=None, description="Asks for the next page; absent on the last one.")


class Count(Frozen):
    """How many instances of one workflow are in one state; those with none are left out."""

    workflow: str
    status: InstanceStatus
    count: int = Field(ge=0)


class Counts(Frozen):
    """All counts, sorted by workflow and status."""

    counts: tuple[Count, ...]


class ApprovalQuery(Frozen):
    """Whose approvals are listed; without a name everybody's."""

    approver: Person | None = Field(
        default=None, description="Only those that this person may vote on now and has not yet."
    )


class PendingApprovalView(Frozen):
    """An approval that is waited for, and the instance that waits."""

    instance_id: str
    workflow: str
    approval: PendingApproval


class PendingApprovals(Frozen):
    """All approvals that are waited for, oldest deadline first."""

    approvals: tuple[PendingApprovalView, ...]


class IndexState(Frozen):
    """The index that lists come from, on the worker that was asked."""

    worker: str = Field(description="Which worker that is: another id after each start.")
    instances: int = Field(ge=0, description="How many instances it has.")
    rebuilding: bool = Field(description="Whether it is being compared with the engine now.")
    problem: str | None = Field(default=None, description="Why the last comparison came to no end, if it did not.")
