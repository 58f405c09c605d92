import asyncio
import os
import socket

from durably.contracts.observations import ActivityRun, HostObserver
from worker.journal.executions import Outcome
from worker.journal.journal import Journal


def worker_name() -> str:
    """How people know this process: in a pod by the pod's name, elsewhere by the host's name and the process id."""
    host = socket.gethostname()
    return host if "KUBERNETES_SERVICE_HOST" in os.environ else f"{host}-{os.getpid()}"


class JournalObserver:
    """A `HostObserver` that notes executions of activities in the journal and leaves everything else to another one.

    Args:
        observer: The other one, which is told of everything.
        journal: The journal.
    """

    def __init__(self, observer: HostObserver, journal: Journal) -> None:
        self._observer = observer
        self._notes = journal.notes
        self.workflow_started = observer.workflow_started
        self.workflow_replayed = observer.workflow_replayed
        self.workflow_ended = observer.workflow_ended
        self.workflow_continued = observer.workflow_continued
        self.work_held_back = observer.work_held_back
        self.holding = observer.holding
        self.stream_changed = observer.stream_changed

    def activity_started(self, run: ActivityRun) -> None:
        """An attempt began."""
        self._observer.activity_started(run)
        self._notes.started(run)

    def activity_ended(self, run: ActivityRun, duration_s: float, error: BaseException | None) -> None:
        """An attempt returned, or raised `error`."""
        self._observer.activity_ended(run, duration_s, error)
        self._notes.ended(run, _outcome(error))


def _outcome(error: BaseException | None) -> Outcome:
    if error is None:
        return "completed"
    return "cancelled" if isinstance(error, asyncio.CancelledError) else "failed"
