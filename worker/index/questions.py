"""What the index is asked, answered from memory. None of it takes longer because there are more instances."""

import base64
import heapq
import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from durably.contracts.errors import InvalidInputError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.listing import (
    ApprovalQuery,
    Count,
    CountQuery,
    Counts,
    InstancePage,
    InstanceQuery,
    InstanceSummary,
    PendingApprovals,
    PendingApprovalView,
)
from durably.domain.approvals import refusal
from worker.index.entry import Entry, at, micros
from worker.index.table import Shelf, Table

Place = tuple[int, str]
"""Where an instance stands in the order of time."""

_END: Final[Place] = (2**62, "")


def page(table: Table, query: InstanceQuery) -> InstancePage:
    """One page, newest first.

    Raises:
        InvalidInputError: The cursor is none of ours.
    """
    before = _place(query.cursor) if query.cursor else _END
    after = micros(query.created_after) if query.created_after else -1
    shelves = [shelf for _, shelf in table.shelves(query.workflow, query.status)]
    places = _beginning(table, shelves, query, before, after) if query.prefix else _newest(shelves, before, after)
    found = [table.entries[instance_id] for _, instance_id in islice(places, query.limit + 1)]
    more = len(found) > query.limit
    shown = found[: query.limit]
    cursor = _cursor(shown[-1]) if more else None
    return InstancePage(instances=tuple(map(_summary, shown)), next_cursor=cursor)


def _newest(shelves: Iterable[Shelf], before: Place, after: int) -> Iterator[Place]:
    """Everything between two times, newest first, and no more of it than is asked for."""
    runs = (shelf.by_time.irange((after + 1, ""), before, inclusive=(True, False), reverse=True) for shelf in shelves)
    return heapq.merge(*runs, reverse=True)


def _beginning(table: Table, shelves: list[Shelf], query: InstanceQuery, before: Place, after: int) -> Iterator[Place]:
    """The same, of ids that begin like this. Few of them are sorted; of many, some stand among the newest."""
    matches, everything = sum(shelf.count(query.prefix) for shelf in shelves), sum(len(s.by_time) for s in shelves)
    if matches * matches > everything * (query.limit + 1):
        return (place for place in _newest(shelves, before, after) if place[1].startswith(query.prefix))
    ids = chain.from_iterable(shelf.beginning(query.prefix) for shelf in shelves)
    places = ((table.entries[each].created, each) for each in ids)
    between = [place for place in places if after < place[0] and place < before]
    return iter(heapq.nlargest(query.limit + 1, between))


def counts(table: Table, query: CountQuery) -> Counts:
    """How many there are by workflow and status."""
    found = ((kind, shelf.count(query.prefix)) for kind, shelf in table.shelves(query.workflow))
    return Counts(
        counts=tuple(
            Count(workflow=workflow, status=InstanceStatus(status), count=count)
            for (workflow, status), count in sorted(found)
            if count
        )
    )


def approvals(table: Table, query: ApprovalQuery) -> PendingApprovals:
    """What waits for people, oldest deadline first."""
    waiting = [
        PendingApprovalView(instance_id=each, workflow=table.entries[each].workflow, approval=pending)
        for each, pending in table.asking.items()
        if query.approver is None or refusal(pending, query.approver) is None
    ]
    return PendingApprovals(approvals=tuple(sorted(waiting, key=lambda view: (view.approval.until, view.instance_id))))


def _summary(entry: Entry) -> InstanceSummary:
    return InstanceSummary(
        instance_id=entry.instance_id,
        workflow=entry.workflow,
        status=InstanceStatus(entry.status),
        created_at=at(entry.created),
        updated_at=at(entry.updated),
    )


def _cursor(entry: Entry) -> str:
    return base64.urlsafe_b64encode(json.dumps((entry.created, entry.instance_id)).encode()).decode()


def _place(cursor: str) -> Place:
    try:
        created, instance_id = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (ValueError, TypeError) as error:
        raise _wrong_cursor() from error
    if type(created) is not int or type(instance_id) is not str:
        raise _wrong_cursor()
    return created, instance_id


def _wrong_cursor() -> InvalidInputError:
    wrong = {"field": "cursor", "message": "is no next_cursor of an earlier page"}
    return InvalidInputError("The cursor cannot be used.", errors=(wrong,))


def dated(entry: Entry | None, view: InstanceView) -> InstanceView:
    """The instance as created when lists say, where that is not what its history says: it is a rerun.

    Args:
        entry: What the index knows of it.
        view: The instance as the engine shows it.
    """
    if entry is None or entry.asked <= entry.begun:
        return view
    return view.model_copy(update={"created_at": at(entry.created)})
