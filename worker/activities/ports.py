"""What the built-in activities need beside `durably.authoring.ports`; the adapters are in `worker.adapters`."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from durably.contracts.applications import Interview
from durably.contracts.orders import Charge, Handover, Payment
from durably.contracts.tasks import Assignment


class AssignmentStore(Protocol):
    """Keeps the assignment of each task."""

    async def write_first(self, assignment: Assignment) -> Assignment:
        """Write an assignment unless the task has one, and return the one that stands."""


class InterviewCalendar(Protocol):
    """Keeps the interview of each application."""

    async def book(self, interview: Interview) -> Interview:
        """Write an interview unless the application has one, and return the one that stands."""


class Inventory(Protocol):
    """Keeps the stock. All of it may be repeated, and nothing is ever held that is not there.

    Every method raises `StateStoreError` where the store is away, or an item is changed by others all the time.
    """

    async def reserve(self, wanted: Mapping[str, int], *, reservation_id: str, instance_id: str) -> str | None:
        """Hold so many of each item, in turn; None, or why one could not be held. Those before it stay held."""

    async def release(self, skus: Iterable[str], *, reservation_id: str | None, instance_id: str) -> None:
        """Give back what is held under the id, or by the instance if there is none, and hold nothing for it again."""

    async def sell(self, skus: Iterable[str], *, reservation_id: str) -> Handover:
        """Take what is held out of the stock; where some of it is neither held nor has left before, nothing leaves."""


class PaymentGateway(Protocol):
    """Charges customers, once for each key.

    Every method raises `PaymentError` where it gives no answer, or not in time; a charge may have been made then.
    """

    async def find(self, key: str) -> Payment | None:
        """What became of a key; None where it was never used."""

    async def charge(self, charge: Charge) -> Payment:
        """Charge the customer, unless the key was used before; what became of it then."""

    async def void(self, charge: Charge) -> Payment:
        """Refund what was charged under the key, and let nothing be charged under it any more."""


class PaymentError(Exception):
    """The gateway did not say what became of a payment; the message has its answer."""
