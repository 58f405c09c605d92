from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from durably.authoring.environment import Environment
from durably.engine.registry import ActivityDefinition, WorkflowDefinition

ENTRY_POINTS: Final = "durably.workflows"
"""The entry point group; each entry point is a `Declare`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What one entry point brings to a worker.

    Args:
        workflows: Every version of every workflow, oldest first; the last one of a name runs new instances. A released
            version stays as long as an instance of it may be running.
        activities: What they call. `send_notification` need not be among them: every worker has it.
        background: What goes on beside the workflows; begun when the worker starts, cancelled when it stops.

    Raises:
        TypeError: Something else is among them.
    """

    workflows: tuple[WorkflowDefinition, ...] = ()
    activities: tuple[ActivityDefinition, ...] = ()
    background: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()

    def __post_init__(self) -> None:
        for field, kind in (("workflows", WorkflowDefinition), ("activities", ActivityDefinition)):
            given = getattr(self, field)
            if not isinstance(given, tuple) or not all(isinstance(one, kind) for one in given):
                raise TypeError(f"{field} has to be a tuple of {kind.__name__}; it is {given!r}")


Declare = Callable[[Environment], Package]
"""What an entry point names: a function that a worker calls once, at its start, in its event loop. It does no I/O."""
