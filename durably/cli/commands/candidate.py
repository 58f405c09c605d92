"""What becomes of one open instance on the build that may be released."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from durably.contracts.recordings import Recording
from durably.contracts.replays import Divergence, Rehearsal
from durably.engine.judging import activity_gone, gone
from durably.engine.recording import events_of
from durably.engine.registry import Registry
from durably.engine.rehearsal import Rehearser


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one instance.

    Attributes:
        workflow: Its workflow.
        version: Its version; None where nothing has begun yet.
        divergence: What is wrong.
        open: Whether it had not ended when its history was read.
    """

    workflow: str
    version: str | None = None
    divergence: Divergence | None = None
    open: bool = True


class Candidate:
    """The build that is judged.

    Args:
        registry: Its code.
        strict: Whether another input than recorded is wrong, too.
    """

    def __init__(self, registry: Registry, *, strict: bool) -> None:
        self._registry, self._strict = registry, strict
        self._rehearser = Rehearser(registry)

    def gone(self, known: Iterable[Mapping[str, Any]], retired: Sequence[str]) -> list[str]:
        """What runs now and new instances could not begin on. Older versions matter where instances are open.

        Args:
            known: The workflows that run now, as the API lists them.
            retired: Workflows that are gone on purpose.
        """
        missing = (
            gone(self._registry, workflow["name"], workflow["latest_version"])
            for workflow in known
            if workflow["name"] not in retired
        )
        return [divergence.message for divergence in missing if divergence is not None]

    def judge(self, workflow: str, recording: Recording | None) -> Verdict:
        """What becomes of an instance.

        Args:
            workflow: Its workflow, as the list of instances has it.
            recording: Its history; None where there is none yet.
        """
        if recording is None or not recording.workflow:
            return Verdict(workflow, divergence=gone(self._registry, workflow, None))
        events = events_of(recording)
        if any(event.HasField("executionCompleted") for event in events):
            return Verdict(workflow, recording.version, open=False)
        # What is recorded will never be new again, so that it only has to replay.
        rehearsal = self._rehearser.rehearse(events, instance_id=recording.instance_id, live=False)
        wrong = self._wrong(rehearsal) or activity_gone(self._registry, rehearsal, events)
        return Verdict(workflow, rehearsal.version, wrong)

    def _wrong(self, rehearsal: Rehearsal) -> Divergence | None:
        if rehearsal.divergence is None and self._strict:
            return next(iter(rehearsal.warnings), None)
        return rehearsal.divergence
