"""The few calls of the Dapr API that the workers make: state with first-write, and HTTP output bindings."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import grpc
from dapr.proto import api_service_v1, api_v1, common_v1
from google.protobuf.empty_pb2 import Empty

from durably.embedded.store import Store

_FIRST_WRITE: Final = common_v1.StateOptions.CONCURRENCY_FIRST_WRITE


class SidecarApi(api_service_v1.DaprServicer):  # type: ignore[misc] # the generated stubs have no types
    """State on the engine's own file, bindings as HTTP posts; errors have Dapr's status codes.

    Args:
        store: Where state is kept.
        bindings: The URL of each output binding, by its name.
        http: The session that posts to them.
    """

    def __init__(self, *, store: Store, bindings: Mapping[str, str], http: aiohttp.ClientSession) -> None:
        self._store = store
        self._bindings = bindings
        self._http = http

    async def GetState(self, request: Any, context: Any) -> Any:
        if request.store_name != "statestore":
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"state store {request.store_name} is not found")
        rows = self._store.read("SELECT value, etag FROM items WHERE key = ?", request.key)
        return api_v1.GetStateResponse(data=rows[0][0], etag=str(rows[0][1])) if rows else api_v1.GetStateResponse()

    async def GetBulkState(self, request: Any, context: Any) -> Any:
        each = (api_v1.GetStateRequest(store_name=request.store_name, key=key) for key in request.keys)
        got = [(one.key, await self.GetState(one, context)) for one in each]
        return api_v1.GetBulkStateResponse(items=[{"key": key, "data": one.data, "etag": one.etag} for key, one in got])

    async def DeleteBulkState(self, request: Any, context: Any) -> Any:
        self._store.write([("DELETE FROM items WHERE key = ?", (item.key,)) for item in request.states], lambda: None)
        self._store.flush()
        return Empty()

    async def SaveState(self, request: Any, context: Any) -> Any:
        for item in request.states:
            rows = self._store.read("SELECT etag FROM items WHERE key = ?", item.key)
            there, wanted = str(rows[0][0]) if rows else "", item.etag.value
            if (item.options.concurrency == _FIRST_WRITE and wanted != there) or (wanted and wanted != there):
                await context.abort(grpc.StatusCode.ABORTED, f"possible etag mismatch on {item.key}")
            upsert = "INSERT INTO items VALUES (?, ?, 1) ON CONFLICT (key) DO UPDATE SET value = ?, etag = etag + 1"
            self._store.write([(upsert, (item.key, item.value, item.value))], then=lambda: None)
        self._store.flush()
        return Empty()

    async def InvokeBinding(self, request: Any, context: Any) -> Any:
        url = self._bindings.get(request.name)
        if url is None:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"couldn't find output binding {request.name}")
        headers = {name: value for name, value in request.metadata.items() if name[:1].isupper()}
        try:
            async with self._http.request(request.operation, str(url), data=request.data, headers=headers) as answer:
                body = await answer.read()
        except (TimeoutError, aiohttp.ClientError) as error:
            await context.abort(grpc.StatusCode.INTERNAL, f"error invoking output binding {request.name}: {error!r}")
        if not answer.ok:
            failed = f"error invoking output binding {request.name}: received status code {answer.status}"
            await context.abort(grpc.StatusCode.INTERNAL, failed)
        return api_v1.InvokeBindingResponse(data=body, metadata={"statusCode": str(answer.status)})
