"""The one client of the workflow engine, and how an instance is started once."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue

from durably.contracts.errors import (
    EngineTimeoutError,
    EngineUnavailableError,
    InstanceEndedError,
    InstanceExistsError,
    InstanceNotFoundError,
    UnavailableError,
)
from durably.contracts.instances import History, InstanceStatus, InstanceView
from durably.contracts.recordings import Recording
from durably.engine.connection import TRIES, view_of
from durably.engine.history import history_events
from durably.engine.management import InstanceManager
from durably.engine.recording import recording_of
from durably.engine.sdk import messages as pb

_STALLED_S = 1.0
"""Pause after a wait that was refused, as a worker that can run the instance may have connected by then."""
_LOST_S = 0.2
"""Pause after a wait that the engine broke off, so that one that refuses at once is not asked in a tight loop. What
remains of the wait is waited for again; with nothing left, or if the engine does not come back, a read tells."""


_PULSE_PART = 1 / 3
"""The part of a call's deadline that passes in a wait between two looks at the engine, so that one that got stuck is
told of in time. The first look is for the instance: Dapr waits for one that does not exist, too."""


class EngineClient(InstanceManager):
    """Starts, reads and manages instances. Arguments as for `EngineConnection`."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        call_timeout_s: float = 3.0,
        token: str | None = None,
        interceptors: Sequence[Any] = (),
    ) -> None:
        super().__init__(host=host, port=port, call_timeout_s=call_timeout_s, token=token, interceptors=interceptors)
        self._starting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def start(self, workflow: str, *, instance_id: str, payload: Any, new: bool = False) -> bool:
        """Start an instance, once: the same id with the same input is the same instance, whether it runs or has ended.

        Args:
            workflow: A registered name.
            instance_id: Its id.
            payload: The input, as JSON values.
            new: Whether the id was made just now, so that nobody can have started it. Saves a look at the engine.

        Returns:
            Whether this call, as far as it knows, is what started it.

        Raises:
            InstanceExistsError: The id is taken by another workflow or another input.
            UnavailableError: The engine is away or does not answer.
        """
        async with self._one_at_a_time(instance_id):
            if not new and await self._is_there_already(workflow, instance_id, payload):
                return False
            request = pb.CreateInstanceRequest(
                name=workflow,
                instanceId=instance_id,
                input=StringValue(value=json.dumps(payload)),
                # Without a start time the engine answers only when a worker has run the first turn.
                scheduledStartTimestamp=_now(),
            )
            return await self._create(request, workflow, payload)

    async def _create(self, request: Any, workflow: str, payload: Any) -> bool:
        """Ask until it is there: a start may be heard and not answered; who repeats it blindly starts twice."""
        instance_id, patience_s = request.instanceId, self._timeout_s / TRIES
        ends = time.monotonic() + self._timeout_s
        while True:
            try:
                await self.call("StartInstance", request, instance_id, timeout_s=patience_s)
            except InstanceExistsError:
                await self._is_there_already(workflow, instance_id, payload)
                return False
            except UnavailableError:
                if time.monotonic() + patience_s > ends:
                    raise
                if not await self._is_there_already(workflow, instance_id, payload):
                    await asyncio.sleep(_LOST_S)
                    continue
            return True

    async def _is_there_already(self, workflow: str, instance_id: str, payload: Any) -> bool:
        try:
            there = await self.get(instance_id)
        except InstanceNotFoundError:
            return False
        if there.status is InstanceStatus.PENDING:  # Dapr shows the input only once the first turn has run
            request = pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=True)
            there = view_of(await self.call("WaitForInstanceStart", request, instance_id), instance_id)
        if there.workflow != workflow or there.input != payload:
            raise InstanceExistsError(
                f"Instance {instance_id} exists with another input; choose another id, or look at that instance.",
                instance_id=instance_id,
            )
        return True

    @asynccontextmanager
    async def _one_at_a_time(self, instance_id: str) -> AsyncIterator[None]:
        """A finished id is recreated silently by the engine, so looking and starting must not interleave."""
        lock = self._starting.setdefault(instance_id, asyncio.Lock())  # there as long as somebody holds or awaits it
        async with lock:
            yield

    async def wait(self, instance_id: str, *, timeout_s: float) -> InstanceView:
        """The instance once it has ended, or as it is when the wait is over.

        Args:
            instance_id: Its id.
            timeout_s: Seconds to wait; the engine waits, nothing is polled.

        Raises:
            InstanceNotFoundError: There is none.
            UnavailableError: The engine is away or does not answer.
        """
        if timeout_s <= 0:
            return await self.get(instance_id)
        ends, pause_s = time.monotonic() + timeout_s, _LOST_S
        request = pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=True)
        call = self.call("WaitForInstanceCompletion", request, instance_id, timeout_s=timeout_s)
        waiting = asyncio.ensure_future(call)
        waiting.add_done_callback(lambda done: done.cancelled() or done.exception())  # it may be nobody's by then
        try:
            look: Callable[[], Awaitable[object]] = partial(self.get, instance_id, payloads=False)
            while not (await asyncio.wait({waiting}, timeout=_PULSE_PART * self._timeout_s))[0]:
                await look()
                look = self.ping
            return view_of(await waiting, instance_id)
        except (EngineUnavailableError, EngineTimeoutError):
            if not waiting.done():  # the read failed
                raise
        except InstanceEndedError:  # on Dapr nothing waits for an instance that is stalled
            pause_s = _STALLED_S
        finally:
            waiting.cancel()
        await asyncio.sleep(min(pause_s, max(0.0, ends - time.monotonic())))
        return await self.wait(instance_id, timeout_s=ends - time.monotonic())

    async def history(self, instance_id: str) -> History:
        """Everything that was recorded for an instance, oldest first.

        Raises:
            InstanceNotFoundError: There is none.
            UnavailableError: The engine is away or does not answer.
        """
        events = await self._events(instance_id)
        return History(instance_id=instance_id, events=history_events(events))

    async def recording(self, instance_id: str) -> Recording:
        """The same, whole, as a file can keep it. Errors as for `history`."""
        return recording_of(instance_id, await self._events(instance_id), at=datetime.now(UTC))

    async def _events(self, instance_id: str) -> Sequence[Any]:
        request = pb.GetInstanceHistoryRequest(instanceId=instance_id)
        events: Sequence[Any] = (await self.call("GetInstanceHistory", request, instance_id)).events
        return events

    async def list_ids(
        self, *, page_size: int = 1_000, cursor: str | None = None
    ) -> tuple[tuple[str, ...], str | None]:
        """One page of instance ids, in the order of the engine, and the cursor of the next page if there is one.

        Raises:
            UnavailableError: The engine is away or does not answer.
        """
        request = pb.ListInstanceIDsRequest(pageSize=page_size, continuationToken=cursor)
        answer = await self.call("ListInstanceIDs", request)
        return tuple(answer.instanceIds), answer.continuationToken or None


def _now() -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.now(UTC))
    return stamp
