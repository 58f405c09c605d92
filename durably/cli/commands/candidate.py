"""What becomes of one open instance on the build that may be released."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from durably.cli.commands.limiting import TimeIsUpError, limited
from durably.cli.commands.rehearsals import too_long
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
        limit_s: Seconds that the code may take for one instance; 0 is for ever. A version that took longer once is not
            run again, as thousands of instances may be on it: it counts as broken for all of them.
    """

    def __init__(self, registry: Registry, *, strict: bool, limit_s: float) -> None:
        self._registry, self._strict, self._limit_s = registry, strict, limit_s
        self._rehearser = Rehearser(registry)
        self._endless: dict[tuple[str, str | None], Divergence] = {}

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
        return self._replayed(workflow, recording, events)

    def _replayed(self, workflow: str, recording: Recording, events: Sequence[Any]) -> Verdict:
        key = recording.workflow, recording.version
        if key in self._endless:
            return Verdict(workflow, recording.version, self._endless[key])
        try:
            with limited(self._limit_s):
                # What is recorded will never be new again, so that it only has to replay.
                rehearsal = self._rehearser.rehearse(events, instance_id=recording.instance_id, live=False)
        except TimeIsUpError:
            self._endless[key] = too_long(recording, self._limit_s)
            return Verdict(workflow, recording.version, self._endless[key])
        wrong = self._wrong(rehearsal) or activity_gone(self._registry, rehearsal, events)
        return Verdict(workflow, rehearsal.version, wrong)

    def _wrong(self, rehearsal: Rehearsal) -> Divergence | None:
        if rehearsal.divergence is None and self._strict:
            return next(iter(rehearsal.warnings), None)
        return rehearsal.divergence
