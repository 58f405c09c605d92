from durably.authoring.first_write import FirstWrite
from durably.authoring.ports import StateStore
from durably.contracts.applications import Interview


class DaprInterviewCalendar:
    """Interviews in a Dapr state store, one key an application.

    Args:
        records: The store.
    """

    def __init__(self, records: StateStore) -> None:
        self._interviews = FirstWrite(records, prefix="interview", model=Interview)

    async def book(self, interview: Interview) -> Interview:
        """See `worker.activities.ports.InterviewCalendar`."""
        return await self._interviews.write(interview.application_id, interview)
