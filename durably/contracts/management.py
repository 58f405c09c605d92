"""What is asked of an instance that is there, and what is answered."""

from typing import Any, Final, Literal

from pydantic import Field, StrictBool

from durably.contracts.ids import InstanceId
from durably.contracts.model import Frozen
from durably.contracts.numbers import EventId

MAX_REASON: Final = 500


class Because(Frozen):
    """Why somebody does it; recorded after the name of who it was."""

    reason: str = Field(default="", max_length=MAX_REASON, description="Recorded after the name of who does it.")


class Requested(Frozen):
    """An accepted request; the instance follows at its next turn."""

    instance_id: str
    requested: Literal["event", "pause", "resume", "terminate"]


class RerunRequest(Frozen):
    """From where an ended instance is run again, as a new one; what came before is taken over."""

    from_event: EventId | None = Field(
        default=None,
        description="The event id of a scheduled activity, a created timer or a created child. Without one: of the "
        "activity whose failure ended the instance, or else of the first that it can be run again from.",
    )
    input: Any = Field(
        default=None,
        description="That event's new input; without one it keeps its own. Refused where "
        "the activity acts on what its own names, such as a payment.",
    )
    instance_id: InstanceId | None = Field(default=None, description="The new instance's id; without one it is made.")
    again: StrictBool = Field(
        default=False,
        description="Whether an instance that completed is run again, too: what it did after that event is done again, "
        "such as a payment. Without it that is refused; one that failed or was terminated needs it not.",
    )
