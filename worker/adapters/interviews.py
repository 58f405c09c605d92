from durably.contracts.applications import Interview
from worker.adapters.first_write import FirstWrite
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar


class DaprInterviewCalendar:
    """Interviews in a Dapr state store, one key an application.

    Args:
        sidecar: The connection.
        store: The name of the state store component.
    """

    def __init__(self, sidecar: Sidecar, *, store: str) -> None:
        self._interviews = FirstWrite(Records(sidecar, store=store), prefix="interview", model=Interview)

    async def book(self, interview: Interview) -> Interview:
        """See `worker.activities.ports.InterviewCalendar`."""
        return await self._interviews.write(interview.application_id, interview)
