import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from aiohttp import web

from durably.contracts.recordings import Recording
from durably.contracts.refusals import HistoryTooLongError
from durably.contracts.replays import StepThrough
from durably.engine.stepping import Stepper
from worker.control import reading
from worker.control.answering import answer
from worker.control.desk import Desk

_MOST_EVENTS: Final = 1_000
"""As many as are replayed in a fraction of a second; nobody steps through more."""


class Replaying:
    """A history, replayed with the code that this worker has.

    In a thread, and only one at a time: it takes the processor, and turns come first.

    Args:
        desk: What it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stepper = Stepper(desk.registry)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="replay")

    async def replay(self, request: web.Request) -> web.Response:
        """`GET /control/instances/{instance_id}/replay`."""
        instance_id = reading.existing_id(request)
        recording = await self._desk.bounded(self._desk.engine.recording(instance_id))
        if (events := len(recording.events)) > _MOST_EVENTS:
            raise HistoryTooLongError(
                f"The history has {events:,} events, and no more than {_MOST_EVENTS:,} are shown step by step; "
                "`durably record` writes it to a file, and `durably replay` replays that, however long it is.",
                instance_id=instance_id,
            )
        return answer(await self._desk.bounded(self._stepped(recording)))

    async def _stepped(self, recording: Recording) -> StepThrough:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._stepper.step_through, recording)
