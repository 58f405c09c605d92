"""Workers that are there, and get no work."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.workers import Heartbeat
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.evidence import heard
from durably.domain.diagnosis.facts import Facts, moment

_SETTLES: Final = timedelta(seconds=5)
"""A stream that is lost comes back by itself within moments, where its sidecar does."""

_HOW: Final = {
    "lost": "has no work stream",
    "locked": "has a work stream that its sidecar does not know of: the sidecar has locked itself up",
}


def on_stream(facts: Facts, able: Sequence[Heartbeat]) -> Diagnosis | None:
    """Whether none of the workers that could do what is due gets any work.

    Args:
        facts: The instance.
        able: Those workers.
    """
    dead = [each for each in able if each.stream != "connected" and facts.now - each.stream_since > _SETTLES]
    if not facts.all_workers or not dead or len(dead) < len(able):
        return None
    return facts.says(Verdict.STREAM_DEAD, **of_stream(dead))


def of_stream(dead: Sequence[Heartbeat]) -> dict[str, Any]:
    """What is said of workers without a living stream."""
    first = dead[0]
    since, others = min(each.stream_since for each in dead), len(dead) - 1
    more = f", and so it is with {others} more" if others else ""
    return {
        "summary": f"Worker {first.worker} is alive and {_HOW[first.stream]}, since {moment(since)}{more}.",
        "since": since,
        "worker": first.worker,
        "pod": first.pod,
        "namespace": first.namespace,
        "evidence": tuple(heard(each, f"worker {each.worker} {_HOW[each.stream]}") for each in dead[:10]),
        "next_commands": (commands.sidecar_log(first), commands.own_log(first), commands.workers()),
    }
