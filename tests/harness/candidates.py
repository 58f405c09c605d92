"""Job applications in flight, and the evidence that a crash lost none and booked or told nothing twice.

Beside the engine's histories and the worker's log, the evidence is held against the interviews in the state store and
the receiver of notifications, which is never killed.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from durably.contracts.applications import Interview
from durably.contracts.instances import InstanceView
from durably.contracts.names import (
    SCHEDULE_INTERVIEW,
    SCREEN_KEYWORDS,
    SCREEN_SKILLS,
    SEND_NOTIFICATION,
    VALIDATE_APPLICATION,
)
from tests.harness.flight import Flight, InFlight
from tests.harness.stack import Stack
from worker.adapters.records import Records

ACTIVITIES: Final = (VALIDATE_APPLICATION, SCREEN_KEYWORDS, SCREEN_SKILLS, SCHEDULE_INTERVIEW, SEND_NOTIFICATION)
REVIEWER: Final = "hiring-team"
"""As `durably.contracts.applications` has it, like points and thresholds."""

HIGH: Final[dict[str, Any]] = {
    "resume_text": "Python, Kubernetes, distributed systems, on call, testing",
    "skills": ["sql", "go"],
    "years_experience": 5,
}
MEDIUM: Final[dict[str, Any]] = {"resume_text": "Python", "skills": ["python", "sql"], "years_experience": 5}
LOW: Final[dict[str, Any]] = {"resume_text": "Painting"}
_KINDS: Final = (HIGH, MEDIUM, HIGH, LOW)


def application(application_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an application."""
    candidate = {"name": "Grace", "email": "grace@example.org"}
    return {"application_id": application_id, "candidate": candidate, "position": "Engineer", **fields}


class Candidates(Flight):
    """Applications of several kinds on a stack whose activities take a while, as a context manager.

    Every other one is invited at once; of the others one half is rejected at once, and one half reviewed by a person.

    Args:
        stack: A stack that runs.
    """

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack)
        self._records = Records(self.sidecar, store="statestore")

    async def apply(self) -> None:
        """Send one more application."""
        number = len(self.instances)
        await self.start("/applications", application(self._id(number), self._kind(number)))

    def is_hard(self) -> bool:
        """Whether a crash now would prove something: in flight at every activity, and one letter without a record."""
        lost = self.in_flight()
        return lost.activities >= set(ACTIVITIES) and bool(self._told_without_record(lost))

    def _told_without_record(self, lost: InFlight) -> list[str]:
        telling, told = lost.of(SEND_NOTIFICATION), {d.task_id for d in self.stack.receiver.deliveries()}
        return [i for n, i in enumerate(self.instances) if i in telling and told & {i, self._id(n)}]

    async def interviews(self) -> dict[str, Interview]:
        """The interviews that are in the state store, by instance."""
        found = await asyncio.gather(*(self._records.read(f"interview:{self._id(n)}") for n in self._numbers))
        booked = zip(self.instances, found, strict=True)
        return {i: Interview.model_validate_json(record.value) for i, record in booked if record.value}

    async def decide(self) -> None:
        """Approve and reject what is reviewed in turn, everything twice; the second vote is refused."""
        await asyncio.gather(
            *(
                self.vote_twice(self.instances[n], REVIEWER, approve=self._is_invited(n))
                for n in self._numbers
                if self._kind(n) is MEDIUM
            )
        )

    async def ended_as_they_should(self, ended: Mapping[str, InstanceView], before: Mapping[str, Interview]) -> None:
        """Assert that each ended as its kind says, was told once, and has the interview that stood before the crash."""
        after = await self.interviews()
        assert before.items() <= after.items(), "an interview was booked twice"
        for number, instance_id in enumerate(self.instances):
            output, is_invited = ended[instance_id].output, self._is_invited(number)
            assert output["status"] == ("interview" if is_invited else "rejected"), output
            assert (instance_id in after) is is_invited
            keys = self.stack.receiver.effects(self._id(number))
            assert len(keys) == 1, f"the candidate of {instance_id} was told {len(keys)} times"
            asked = self.stack.receiver.effects(instance_id)
            assert len(asked) == (self._kind(number) is MEDIUM), f"{instance_id} asked {len(asked)} times"
            if is_invited:
                assert f"{after[instance_id].at:%Y-%m-%d}" in output["message"], output

    @property
    def _numbers(self) -> range:
        return range(len(self.instances))

    def _kind(self, number: int) -> dict[str, Any]:
        return _KINDS[number % len(_KINDS)]

    def _is_invited(self, number: int) -> bool:
        kind = self._kind(number)
        return kind is HIGH or (kind is MEDIUM and number % (2 * len(_KINDS)) == _KINDS.index(MEDIUM))

    def _id(self, number: int) -> str:
        return f"{self.run}-{number}"
