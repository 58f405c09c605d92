from collections.abc import Sequence
from typing import Any

import grpc
from dapr.proto import api_service_v1

from durably.engine.connection import CHANNEL_OPTIONS


class Sidecar:
    """The one connection to the sidecar's Dapr API, shared by the adapters.

    The SDK's stub is used and not its `DaprClient`: that class blocks the event loop for up to a minute on an HTTP
    probe while it is made, and a worker must come up, and say that it is not ready, without a sidecar.

    Args:
        host: Where the sidecar listens.
        port: Its gRPC port.
        token: The sidecar's API token, if it asks for one.
        timeout_s: Seconds after which a call is given up; the activity's retry policy decides what follows.
        interceptors: What sees each call, such as `durably.engine.tracing.TraceParent`.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        token: str | None = None,
        timeout_s: float = 10.0,
        interceptors: Sequence[Any] = (),
    ) -> None:
        self._channel = grpc.aio.insecure_channel(f"{host}:{port}", options=CHANNEL_OPTIONS, interceptors=interceptors)
        self._stub = api_service_v1.DaprStub(self._channel)
        self._metadata = (("dapr-api-token", token),) if token else ()
        self._timeout_s = timeout_s

    async def call(self, method: str, request: Any) -> Any:
        """One call of the Dapr API.

        Raises:
            grpc.aio.AioRpcError: The sidecar refused it, is away or took longer than `timeout_s`.
        """
        # Waits out a sidecar's restart: what failed meanwhile would be recorded, and use up an attempt.
        return await getattr(self._stub, method)(
            request, timeout=self._timeout_s, metadata=self._metadata, wait_for_ready=True
        )

    async def aclose(self) -> None:
        """Close the connection."""
        await self._channel.close()
