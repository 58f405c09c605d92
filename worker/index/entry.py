"""One line of the index, and which of two lines about the same instance stands."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from durably.contracts.approvals import PendingApproval
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.observations import TurnReport

GONE: Final = "gone"
"""The state of an instance that was purged: it is remembered for a while, so that nothing older brings it back."""

ENDED: Final = frozenset(status.value for status in InstanceStatus if status.has_ended)
_OVER: Final = ENDED | {GONE}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Entry(NamedTuple):
    """What the index knows of an instance. Times are microseconds since the epoch.

    Attributes:
        begun: When its first life was asked for, as the engine says; a rerun has the beginning of its source here.
        life: The same of this life, which is later after each continue-as-new, and after a purge and a new start.
            Zero where nothing but the request to start is known.
        asked: When somebody asked our control API for it; zero where nobody did, or that is not known.
        parent: The instance that it is a child of, or nothing.
        approval: The `PendingApproval` that it waits for, as JSON, or nothing.
    """

    instance_id: str
    workflow: str
    status: str
    begun: int
    updated: int
    life: int
    asked: int = 0
    parent: str = ""
    approval: str = ""

    @property
    def created(self) -> int:
        """Where it stands in lists; does not move while it lives, so that pages are stable."""
        return max(self.begun, self.asked)

    @property
    def updated_at(self) -> datetime:
        """When something last happened to it, as far as is known."""
        return at(self.updated)

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen in this life any more."""
        return self.status in _OVER


def merged(known: Entry | None, new: Entry) -> Entry:
    """What stands of two entries about one instance. The order in which entries come does not matter.

    A later life beats an earlier one; within a life a purge beats an end, an end beats everything else, and the
    latest says the rest.
    """
    if known is None:
        return new
    winner, loser = (new, known) if _rank(new) >= _rank(known) else (known, new)
    if loser.is_over and loser.life < winner.life:
        return winner  # the id was used again: nothing of its earlier life stands
    begun = winner.begun if loser.is_over or not loser.life else min(winner.begun, loser.begun)
    asked, parent = max(winner.asked, loser.asked), winner.parent or loser.parent
    if (begun, asked, parent) == (winner.begun, winner.asked, winner.parent):
        return winner
    return winner._replace(begun=begun, asked=asked, parent=parent)


def _rank(entry: Entry) -> tuple[int, bool, bool, int]:
    return entry.life, entry.status == GONE, entry.is_over, entry.updated


def requested(instance_id: str, workflow: str, at: datetime, *, rerun: bool = False) -> Entry:
    """An instance that was asked for. Whatever else is known of it is worth more; a rerun begins with its source."""
    asked = micros(at)
    return Entry(instance_id, workflow, InstanceStatus.PENDING.value, 0 if rerun else asked, asked, 0, asked)


def of_turn(report: TurnReport) -> Entry:
    """An instance after a turn."""
    begun, updated = micros(report.begun_at), micros(report.at)
    approval = _question(report.status, report.custom_status)
    parent = report.parent or _parent_in(report.instance_id)
    return Entry(report.instance_id, report.workflow, report.status.value, begun, updated, begun, 0, parent, approval)


def of_view(view: InstanceView, known: Entry | None) -> Entry:
    """An instance as the engine shows it now, made so that it stands against what was known when it was asked."""
    begun, life, updated = micros(view.created_at), micros(view.created_at), micros(view.updated_at)
    if known is not None:
        revived = known.status == GONE or (known.is_over and not view.status.has_ended)
        life = max(life, known.life + revived)  # an engine may tell the beginning of the first life, not of this one
        updated = max(updated, known.updated)
    approval = _question(view.status, view.custom_status)
    parent = _parent_in(view.instance_id)
    return Entry(view.instance_id, view.workflow, view.status.value, begun, updated, life, 0, parent, approval)


def gone(entry: Entry, at: datetime) -> Entry:
    """An instance that was purged."""
    return entry._replace(status=GONE, updated=micros(at), approval="")


def micros(time: datetime) -> int:
    """A time as microseconds since the epoch."""
    return (time - _EPOCH) // _MICROSECOND


def at(time: int) -> datetime:
    """Microseconds since the epoch as a time."""
    return _EPOCH + timedelta(microseconds=time)


def encoded(entries: Iterable[Entry]) -> bytes:
    """Entries as they are stored."""
    return json.dumps(list(entries), separators=(",", ":")).encode()


def decoded(value: bytes) -> list[Entry]:
    """Entries as they were stored; a later version of ours may have stored more of each."""
    return [Entry(*fields[: len(Entry._fields)]) for fields in json.loads(value)]


def asking(custom_status: str | None) -> PendingApproval | None:
    """What an instance with this custom status asks people; what else a workflow may say there is nothing to us."""
    if not custom_status or '"approvers"' not in custom_status:
        return None
    try:
        pending = PendingApproval.model_validate_json(custom_status)
    except ValueError:
        return None
    return pending if pending.decision is None else None


def _question(status: InstanceStatus, custom_status: str | None) -> str:
    return (custom_status or "") if not status.has_ended and asking(custom_status) is not None else ""


def _parent_in(instance_id: str) -> str:
    """The parent that the engine has put into the id of a child that was given none; ids of ours have no colon."""
    return instance_id.rpartition(":")[0]
