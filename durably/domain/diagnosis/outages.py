"""Verdicts where the instance itself cannot be asked for: something between the caller and it is away."""

from datetime import datetime
from typing import Any, Final

from durably.contracts.diagnosis import Diagnosis, Evidence, Source, Verdict
from durably.contracts.errors import DurablyError, NoSidecarError, NoWorkerError
from durably.contracts.workers import Heartbeat
from durably.domain.diagnosis import commands
from durably.domain.diagnosis.streams import of_stream

_API: Final[Source] = "api"


def seen_from_api(
    instance_id: str, error: DurablyError, *, now: datetime, namespace: str | None, has_sidecar: bool
) -> Diagnosis:
    """Why nobody answered the API.

    Args:
        instance_id: What was asked for; whether there is such an instance nobody could say.
        error: What the API met.
        now: When.
        namespace: The namespace that the API runs in, on Kubernetes.
        has_sidecar: Whether it asks through a sidecar of its own.
    """
    if isinstance(error, NoSidecarError):
        verdict, what = Verdict.SIDECAR_UNREACHABLE, "The API's own sidecar does not answer, so no worker can be asked"
        looks = [("api", "daprd")]
    else:
        verdict, what = Verdict.NO_WORKER, "No worker is connected"
        if not isinstance(error, NoWorkerError):
            what = _UNANSWERED
        looks = [("worker", "worker"), *([("worker", "daprd")] if has_sidecar else [])]
    return Diagnosis(
        instance_id=instance_id,
        verdict=verdict,
        healthy=False,
        summary=f"{what}. Instances wait, and go on by themselves when one is back.",
        at=now,
        evidence=(Evidence(text=f"{error.title}: {error.detail}", at=now, source=_API),),
        next_commands=(commands.pods(namespace, looks[0][0]), *(commands.any_log(namespace, *each) for each in looks)),
        namespace=namespace,
    )


def seen_from_worker(verdict: Verdict, *, own: Heartbeat, reason: str, **known: Any) -> Diagnosis:
    """Why a worker could not read the instance.

    Args:
        verdict: What it found to be away.
        own: The worker.
        reason: What it met.
        known: What its index has of the instance.
    """
    if verdict is Verdict.STREAM_DEAD:
        said: dict[str, Any] = of_stream([own])
        met = (*said.pop("evidence"), Evidence(text=reason, at=own.beat_at, source="worker"))
    else:
        said = {"summary": _SUMMARY[verdict].format(worker=own.worker), "next_commands": _next(verdict, own)}
        met = (Evidence(text=f"worker {own.worker}: {reason}", at=own.beat_at, source="worker"),)
    return Diagnosis(
        verdict=verdict,
        healthy=verdict.is_healthy,
        at=own.beat_at,
        evidence=met,
        **({"worker": own.worker, "pod": own.pod, "namespace": own.namespace} | said | known),
    )


_UNANSWERED: Final = (
    "A worker was asked and has not answered in time: it hangs, a workflow's code blocks it, or its sidecar is silent"
)

_SUMMARY: Final = {
    Verdict.SIDECAR_UNREACHABLE: "Worker {worker} is alive and does not reach its sidecar, or the engine in its place.",
    Verdict.STATE_STORE_UNREACHABLE: "Worker {worker} reaches its sidecar, which does not reach the state store.",
    Verdict.ON_ITS_WAY: "The engine answered worker {worker} just now, but has not told of this instance; ask again.",
}


def _next(verdict: Verdict, own: Heartbeat) -> tuple[Any, ...]:
    if verdict is Verdict.STATE_STORE_UNREACHABLE and own.pod:
        return (commands.sidecar_log(own), commands.pods(own.namespace, "redis"))
    return (commands.sidecar_log(own), commands.own_log(own))
