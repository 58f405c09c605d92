"""`durably receiver`: an outside world for an installation that has no real one yet."""

import asyncio
import signal
from typing import Any

import structlog

from durably.cli.checks import StartError, owned_folder
from durably.cli.gateway import add_gateway
from durably.cli.inbox import Inbox
from durably.cli.payments import Book
from durably.cli.receiver import PATH, application, receiving
from durably.cli.settings import DEFAULT_RECEIVED, ReceivedData, ReceiverHost, StandalonePort
from durably.telemetry.logging import configure


def receiver(
    *, host: ReceiverHost = "127.0.0.1", port: StandalonePort = 8090, data: ReceivedData = DEFAULT_RECEIVED
) -> None:
    """Receive notifications, as the system of an assignee would, and payments, until SIGTERM or Ctrl-C.

    POST /notifications accepts one, once for each Idempotency-Key, and logs a line. GET /notifications lists every
    delivery in order. PUT /switches makes it fail: {"fail": 3} refuses the next three, {"delay_s": 2} is slow. POST
    /payments charges once for each key, GET and DELETE of /payments/KEY ask what became of it and void it, PUT
    /payments/switches takes "decline", "slow_s", "timeout_after_charge" and "fail". GET /livez is its probe. It has no
    authentication: it is for trying things out and for tests.
    """
    configure(format="auto", service="receiver")
    with owned_folder(data, variable="DURABLY_RECEIVER_DATA"):
        inbox, payments = Inbox(data / "notifications.jsonl"), Book(data / "payments.jsonl")
        asyncio.run(_serve(inbox, payments, host=host, port=port))


async def _serve(inbox: Inbox, payments: Book, *, host: str, port: int) -> None:
    log: Any = structlog.get_logger()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    app = application(inbox, tell=log.info)
    add_gateway(app, payments, tell=log.info)
    try:
        async with receiving(app, host=host, port=port):
            log.info("receiver_listening", host=host, port=port, path=PATH, known=len(inbox.deliveries()))
            await told.wait()
    except OSError as error:
        raise StartError(
            f"cannot listen on {host}:{port} ({error.strerror}); "
            "choose another with --port or DURABLY_RECEIVER_PORT, or --host or DURABLY_RECEIVER_HOST"
        ) from error
    log.info("receiver_stopped")
