"""What becomes of a work item: a turn or an activity is run, and its result goes back."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

import grpc

from durably.contracts.observations import TurnReport
from durably.engine.activity import ActivityRunner, failed_activity
from durably.engine.replay import Ran, TurnRunner, failed_turn
from durably.engine.sdk import messages as pb
from durably.engine.stream import WorkStream

_FAREWELL_S: Final = 1.0
"""How long the results of turns that have run get to leave when the worker stops."""

_log = logging.getLogger(__name__)


class Dispatcher:
    """Gives each work item to what runs it, and the engine the result.

    A turn runs on the loop: it is short, may not wait for anything, and a thread for it costs as much as it does.

    Args:
        stream: Where items come from and results go.
        turns: What runs turns.
        activities: What runs activities.
        on_turn: Told of each turn that the engine took.
    """

    def __init__(
        self,
        stream: WorkStream,
        *,
        turns: TurnRunner,
        activities: ActivityRunner,
        on_turn: Callable[[TurnReport], None],
    ) -> None:
        self._stream = stream
        self._turns = turns
        self._activities = activities
        self._on_turn = on_turn
        self._closed = False
        self._running_turns: set[asyncio.Task[None]] = set()
        self._running_activities: set[asyncio.Task[None]] = set()
        self._kept: set[asyncio.Task[None]] = set()

    @property
    def activities(self) -> int:
        """How many activities the engine has given us that it has no result of yet."""
        return len(self._running_activities)

    def hand_out(self, item: Any) -> None:
        """Begin what a work item asks for. One that asks for neither turn nor activity is a sign of life."""
        if self._closed:
            return
        if item.HasField("workflowRequest"):
            _begin(self._turn(item.workflowRequest, item.completionToken), self._running_turns)
        elif item.HasField("activityRequest"):
            _begin(self._activity(item.activityRequest, item.completionToken), self._running_activities)

    async def close(self) -> None:
        """Begin nothing any more, and give the results of turns a moment to leave."""
        self._closed = True
        if self._running_turns:
            await asyncio.wait(self._running_turns, timeout=_FAREWELL_S)

    async def abandon(self) -> None:
        """Give up whatever still runs; the engine hands it out again."""
        left = self._running_turns | self._running_activities | self._kept
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _turn(self, request: Any, token: str) -> None:
        past = self._turns.past(request)
        try:
            past = await self._history(request.instanceId) if past is None else past
        except grpc.aio.AioRpcError as error:
            _log.warning("without its history %s cannot go on: %s", request.instanceId, error.details())
            self._stream.renew()
            return
        ran = self._turns.run(request, past)
        ran.response.completionToken = token
        if ran.pause_s:
            _begin(self._later(ran), self._kept)
        else:
            await self._answered(ran)

    async def _later(self, ran: Ran) -> None:
        await asyncio.sleep(ran.pause_s)
        await self._answered(ran)

    async def _answered(self, ran: Ran) -> None:
        if await self._delivered("CompleteOrchestratorTask", ran.response, failed_turn) and ran.report is not None:
            self._on_turn(ran.report)

    async def _history(self, instance_id: str) -> list[Any]:
        request = pb.GetInstanceHistoryRequest(instanceId=instance_id)
        return list((await self._stream.call("GetInstanceHistory", request)).events)

    async def _activity(self, request: Any, token: str) -> None:
        response = await self._activities.run(request)
        if response is None:
            return  # held back: the engine hands it out again once this stream has ended
        response.completionToken = token
        try:
            await self._delivered("CompleteActivityTask", response, failed_activity)
        finally:
            self._activities.result_sent(response.instanceId, response.taskId)

    async def _delivered(self, method: str, response: Any, failed: Callable[[Any, Exception], Any]) -> bool:
        """Send a result; whether the engine took it. What it does not get it hands out again.

        One that is too large for it will be so again, so a failure that says so takes its place.
        """
        try:
            await self._stream.call(method, response)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                _log.warning("the engine did not take a result of %s: %s", response.instanceId, error.details())
                return False
            _log.error("a result of %s is too large: %s", response.instanceId, error.details())
            instead = failed(response, RuntimeError(f"The result exceeds gRPC's message size: {error.details()}"))
            instead.completionToken = response.completionToken
            return await self._delivered(method, instead, failed)
        return True


def _begin(work: Coroutine[Any, Any, None], running: set[asyncio.Task[None]]) -> None:
    task = asyncio.create_task(work)
    running.add(task)
    task.add_done_callback(running.discard)
