import grpc
from dapr.proto import api_v1

from durably.authoring.ports import NotificationError
from durably.contracts.names import IDEMPOTENCY_HEADER
from durably.contracts.tasks import Notification
from worker.adapters.sidecar import Sidecar


class DaprNotifier:
    """Notifications through a Dapr output binding, by default an HTTP webhook.

    Args:
        sidecar: The connection.
        binding: The name of the output binding component.
    """

    def __init__(self, sidecar: Sidecar, *, binding: str) -> None:
        self._sidecar = sidecar
        self._binding = binding

    async def send(self, notification: Notification, *, idempotency_key: str) -> None:
        """See `worker.activities.ports.Notifier`. The HTTP binding sends capitalised metadata on as headers."""
        request = api_v1.InvokeBindingRequest(
            name=self._binding,
            operation="post",
            data=notification.model_dump_json().encode(),
            metadata={IDEMPOTENCY_HEADER: idempotency_key, "Content-Type": "application/json"},
        )
        try:
            await self._sidecar.call("InvokeBinding", request)
        except grpc.aio.AioRpcError as error:
            raise NotificationError(f"The receiver did not take it ({error.code().name}): {error.details()}") from error
