"""The negative control: the worker, with a notifier and a payment gateway that make up new keys for each attempt.

`python -m tests.harness.broken_worker`; settings as for the worker. What proves the real worker right must fail on it.
"""

import asyncio
from unittest.mock import patch
from uuid import uuid4

from durably.authoring import Notifier
from durably.contracts.orders import Charge, Payment
from durably.contracts.settings import load_settings
from durably.contracts.tasks import Notification
from durably.telemetry.logging import configure
from worker.adapters.notifier import DaprNotifier
from worker.adapters.payments import HttpPaymentGateway
from worker.adapters.sidecar import Sidecar
from worker.bootstrap import bootstrap
from worker.packages import orders
from worker.settings import WorkerSettings


class RandomKeys:
    """A notifier that is not idempotent.

    Args:
        inner: What sends.
    """

    def __init__(self, inner: Notifier) -> None:
        self._inner = inner

    async def send(self, notification: Notification, *, idempotency_key: str) -> None:
        """Send under a key that no other attempt has."""
        await self._inner.send(notification, idempotency_key=f"{idempotency_key}-{uuid4().hex}")


class RandomCharges(HttpPaymentGateway):
    """A payment gateway that is not idempotent."""

    async def find(self, key: str) -> Payment | None:
        """Nothing is ever known."""
        return None

    async def charge(self, charge: Charge) -> Payment:
        """Charge under a key that no other attempt has."""
        return await super().charge(charge.model_copy(update={"key": f"{charge.key}-{uuid4().hex}"}))


async def _serve(settings: WorkerSettings) -> None:
    sidecar = Sidecar(host=settings.sidecar_grpc_host, port=settings.sidecar_grpc_port)
    notifier = RandomKeys(DaprNotifier(sidecar, binding=settings.notification_binding))
    with patch.object(orders, "HttpPaymentGateway", RandomCharges):
        worker = await bootstrap(settings, notifier=notifier)
    await worker.run()
    await sidecar.aclose()


def main() -> None:
    """Run until SIGTERM."""
    settings = load_settings(WorkerSettings)
    configure(format=settings.log_format, service="broken-worker", level=settings.log_level)
    asyncio.run(_serve(settings))


if __name__ == "__main__":
    main()
