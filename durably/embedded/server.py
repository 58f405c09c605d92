"""The gRPC server: `TaskHubSidecarService` as the Dapr SDK calls it, over the engine."""

import asyncio
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Self

import aiohttp
import grpc
from dapr.proto import api_service_v1

from durably.embedded.actions import new_event, started
from durably.embedded.clock import Clock
from durably.embedded.engine import Engine
from durably.embedded.instance import Instance
from durably.embedded.rerun import rerun
from durably.embedded.sidecar_api import SidecarApi
from durably.embedded.store import Store
from durably.engine.sdk import messages as pb
from durably.engine.sdk import services

_BINDING_TIMEOUT: Final = aiohttp.ClientTimeout(total=30)
_OPTIONS: Final = [
    # A worker that is frozen keeps its connection; a ping that it does not answer frees what it holds.
    ("grpc.keepalive_time_ms", 5_000),
    ("grpc.http2.ping_timeout_ms", 5_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.so_reuseport", 0),
]
_ENDED: Final = {pb.ORCHESTRATION_STATUS_COMPLETED, pb.ORCHESTRATION_STATUS_FAILED, pb.ORCHESTRATION_STATUS_TERMINATED}
_STARTED: Final = {*pb.OrchestrationStatus.values()} - {pb.ORCHESTRATION_STATUS_PENDING}
# What is stalled is paused, or not, once it goes on.
_RESUMED: Final = {pb.ORCHESTRATION_STATUS_RUNNING, pb.ORCHESTRATION_STATUS_STALLED, *_ENDED}
_SUSPENDED: Final = {pb.ORCHESTRATION_STATUS_SUSPENDED, pb.ORCHESTRATION_STATUS_STALLED, *_ENDED}


class TaskHub(services.TaskHubSidecarServiceServicer):  # type: ignore[misc] # the generated stubs have no types
    """The protocol, translated to calls of the engine.

    Args:
        engine: The engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def Hello(self, request: Any, context: Any) -> Any:
        return request

    async def GetWorkItems(self, request: Any, context: Any) -> None:
        await self._engine.dispatcher.serve(list(request.capabilities), context.write)

    async def CompleteActivityTask(self, request: Any, context: Any) -> Any:
        await self._engine.complete_activity(request)
        return pb.CompleteTaskResponse()

    async def CompleteOrchestratorTask(self, request: Any, context: Any) -> Any:
        await self._engine.complete_turn(request)
        return pb.CompleteTaskResponse()

    CompleteWorkflowTask = CompleteOrchestratorTask

    async def StartInstance(self, request: Any, context: Any) -> Any:
        optional = ("scheduledStartTimestamp", "parentTraceContext")
        given = {name: getattr(request, name) for name in optional if request.HasField(name)}
        if request.scheduledStartTimestamp.ToNanoseconds() <= time.time_ns():
            given.pop("scheduledStartTimestamp", None)  # the client's clock says now, whatever the engine's says
        start = started(self._engine.now(), request.instanceId, request.name, request, **given)
        if not await self._engine.create(start):
            taken = f"an active workflow with ID '{request.instanceId}' already exists"
            await context.abort(grpc.StatusCode.ALREADY_EXISTS, taken)
        if not request.HasField("scheduledStartTimestamp"):
            await self._engine.watch(request.instanceId, _STARTED)
        return pb.CreateInstanceResponse(instanceId=request.instanceId)

    async def GetInstance(self, request: Any, context: Any) -> Any:
        return _answer(request, self._engine.state(request.instanceId))

    async def WaitForInstanceStart(self, request: Any, context: Any) -> Any:
        return _answer(request, await self._engine.watch(request.instanceId, _STARTED))

    async def WaitForInstanceCompletion(self, request: Any, context: Any) -> Any:
        return _answer(request, await self._engine.watch(request.instanceId, _ENDED))

    async def RaiseEvent(self, request: Any, context: Any) -> Any:
        state = self._engine.state(request.instanceId)
        if state is not None and state.workflowStatus == pb.ORCHESTRATION_STATUS_STALLED:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "workflow is stalled")
        raised = pb.EventRaisedEvent(name=request.name, input=request.input if request.HasField("input") else None)
        await self._deliver(context, request.instanceId, eventRaised=raised)
        return pb.RaiseEventResponse()

    async def TerminateInstance(self, request: Any, context: Any) -> Any:
        output = request.output if request.HasField("output") else None
        terminated = pb.ExecutionTerminatedEvent(input=output, recurse=request.recursive)
        await self._deliver(context, request.instanceId, _ENDED, executionTerminated=terminated)
        return pb.TerminateResponse()

    async def SuspendInstance(self, request: Any, context: Any) -> Any:
        suspended = pb.ExecutionSuspendedEvent(input=request.reason if request.HasField("reason") else None)
        await self._deliver(context, request.instanceId, _SUSPENDED, executionSuspended=suspended)
        return pb.SuspendResponse()

    async def ResumeInstance(self, request: Any, context: Any) -> Any:
        resumed = pb.ExecutionResumedEvent(input=request.reason if request.HasField("reason") else None)
        await self._deliver(context, request.instanceId, _RESUMED, executionResumed=resumed)
        return pb.ResumeResponse()

    async def _deliver(self, context: Any, instance_id: str, until: Collection[int] = (), **kind: Any) -> None:
        if not await self._engine.deliver(instance_id, new_event(self._engine.now(), **kind)):
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no such instance exists: {instance_id}")
        if until:
            await self._engine.watch(instance_id, until)

    async def PurgeInstances(self, request: Any, context: Any) -> Any:
        if not (await self._find(context, request.instanceId)).ended and not request.force:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the workflow has not completed yet")
        count = await self._engine.purge(request.instanceId, recursive=request.recursive, force=request.force)
        return pb.PurgeInstancesResponse(deletedInstanceCount=count)

    async def RerunWorkflowFromEvent(self, request: Any, context: Any) -> Any:
        source = await self._find(context, request.sourceInstanceID)
        if not source.ended:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"'{source.id}' is not in a terminal state")
        if source.start.HasField("parentInstance"):
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"'{source.id}': cannot rerun from child-workflows")
        if self._engine.state(request.newInstanceID) is not None:
            taken = f"workflow '{request.newInstanceID}' has already been created"
            await context.abort(grpc.StatusCode.ALREADY_EXISTS, taken)
        try:
            await self._engine.adopt(rerun(source, request, self._engine.now()))
        except LookupError as error:
            await context.abort(grpc.StatusCode.NOT_FOUND, str(error))
        except ValueError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return pb.RerunWorkflowFromEventResponse(newInstanceID=request.newInstanceID)

    async def ListInstanceIDs(self, request: Any, context: Any) -> Any:
        size, token = request.pageSize or 1_000, request.continuationToken
        if not token.isdecimal() and token:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"'{token}' is no continuation token of this engine")
        page = self._engine.store.page(size, int(token) if token else None)
        more = str(page[-1][0]) if len(page) == size else None
        return pb.ListInstanceIDsResponse(instanceIds=[instance_id for _, instance_id in page], continuationToken=more)

    async def GetInstanceHistory(self, request: Any, context: Any) -> Any:
        return pb.GetInstanceHistoryResponse(events=(await self._find(context, request.instanceId)).history)

    async def _find(self, context: Any, instance_id: str) -> Instance:
        instance = self._engine.find(instance_id)
        if instance is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no such instance exists: {instance_id}")
            raise LookupError(instance_id)  # never reached: `abort` raises, which the type checker cannot see
        return instance


def _answer(request: Any, state: Any | None) -> Any:
    if state is None:
        return pb.GetInstanceResponse(exists=False)
    if not request.getInputsAndOutputs:
        for name in ("input", "output", "customStatus", "failureDetails"):
            state.ClearField(name)
    return pb.GetInstanceResponse(exists=True, workflowState=state)


class EmbeddedServer:
    """The engine as a server; `async with` starts and stops it.

    Args:
        path: The SQLite file.
        port: The loopback port; 0 for a free one, which `port` then tells.
        bindings: Output bindings: the URL that each name posts to.
        clock: Engine time; a test may give a `TestClock`.
    """

    def __init__(
        self, path: Path, *, port: int = 0, bindings: Mapping[str, str] | None = None, clock: Clock | None = None
    ) -> None:
        self._store = Store(path)
        self.engine = Engine(store=self._store, clock=clock or Clock())
        self._bindings = bindings or {}
        self.port = port

    async def __aenter__(self) -> Self:
        self._server = grpc.aio.server(options=_OPTIONS)
        # Methods that are registered one by one cost each call the watching of all of them.
        generic = SimpleNamespace(add_generic_rpc_handlers=self._server.add_generic_rpc_handlers)
        generic.add_registered_method_handlers = lambda *_: None
        services.add_TaskHubSidecarServiceServicer_to_server(TaskHub(self.engine), generic)
        self.port = self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        self._http = aiohttp.ClientSession(timeout=_BINDING_TIMEOUT)
        sidecar_api = SidecarApi(store=self._store, bindings=self._bindings, http=self._http)
        api_service_v1.add_DaprServicer_to_server(sidecar_api, generic)
        self.engine.recover()
        await self._server.start()
        self._checkpoints = asyncio.create_task(self._store.keep_checkpointing())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._checkpoints.cancel()
        await self._server.stop(grace=0.5)
        await self._http.close()
        self._store.close()
