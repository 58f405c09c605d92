"""The same request for many instances, side by side, with a bar for people and each failure told at once."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from durably.cli.commands.abreast import Call, abreast
from durably.cli.commands.output import note
from durably.cli.commands.profile import Server
from durably.cli.commands.refusals import RefusedError
from durably.cli.commands.text import printable
from durably.cli.exits import CommandError, ExitCode

_OVERTAKEN: Final = frozenset({"instance_ended", "instance_not_found"})
"""What became of an instance meanwhile that needs nothing done to it any more, or not yet."""


class Verb(NamedTuple):
    """What is done to each instance.

    Attributes:
        name: In the imperative.
        statuses: The states in which it can be done.
        call: Does it; the answer.
    """

    name: str
    statuses: Sequence[str]
    call: Call


@dataclass(slots=True)
class Done:
    """What came of it, by instance id."""

    requested: list[str] = field(default_factory=list)
    left_alone: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """As JSON."""
        return {"requested": self.requested, "left_alone": self.left_alone, "failed": self.failed}

    def summary(self, verb: Verb) -> str:
        """In one line."""
        parts = [f"{verb.name}: {len(self.requested)} done"]
        parts += [f"{len(self.left_alone)} left alone, their state had changed"] if self.left_alone else []
        parts += [f"{len(self.failed)} failed"] if self.failed else []
        return ", ".join(parts)


def perform(server: Server, verb: Verb, instance_ids: Sequence[str], *, named: bool) -> Done:
    """Do it to all; a server that is away for a moment is asked again.

    Args:
        server: Where they are.
        verb: What is done.
        instance_ids: To which.
        named: Whether somebody named them. Of those that a filter found some may have changed meanwhile: no failure.

    Raises:
        CommandError: The server stays away. How far it came was said, as it is when somebody presses Ctrl-C.
    """
    done = Done()
    try:
        with closing(abreast(server, instance_ids, verb.call, what=verb.name)) as answers:
            for instance_id, future in answers:
                _record(done, instance_id, future.exception(), named=named)
    except BaseException:
        note(f"stopped; of {len(instance_ids)} {done.summary(verb)}")
        raise
    return done


def _record(done: Done, instance_id: str, error: BaseException | None, *, named: bool) -> None:
    if error is None:
        done.requested.append(instance_id)
        return
    if not isinstance(error, CommandError) or error.code is ExitCode.UNAVAILABLE:
        raise error
    problem = error.problem if isinstance(error, RefusedError) else {}
    entry = {"instance_id": instance_id, "code": problem.get("code"), "detail": str(error)}
    if problem.get("code") in _OVERTAKEN and not named:
        done.left_alone.append(entry)
        return
    done.failed.append(entry)
    note(f"{printable(instance_id)}: {error}")
