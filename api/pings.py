"""What has to be in order for this process to take requests."""

from typing import Final

import aiohttp

from api.control import ControlClient
from api.settings import ApiSettings
from api.shutdown import Shutdown
from durably.telemetry.probes import SIDECAR_MISSING, NotReadyError, Ping, Pings

_HEALTH: Final = "/v1.0/healthz/outbound"
"""Whether the sidecar can be used. The other one, /v1.0/healthz, waits for the application, which waits for this."""

_SIDECAR_TIMEOUT: Final = aiohttp.ClientTimeout(total=1.5)
"""Less than a ping may take, so that the answer is ours, which says what to look at."""


def pings(
    settings: ApiSettings, *, session: aiohttp.ClientSession, control: ControlClient, shutdown: Shutdown
) -> Pings:
    """The named pings of the API.

    Behind a sidecar the worker is none of them: an API whose worker is away answers 503 with `Retry-After`, which
    callers understand, while one that is not ready is taken out of its Service, and they find nobody at all.
    """

    async def process() -> str:
        if shutdown.begun:
            raise NotReadyError("stopping")
        return "running"

    async def worker() -> str:
        await control.workflows()
        return "answers"

    if settings.worker_app_id is None:
        return Pings({"process": process, "control": worker})
    return Pings({"process": process, "sidecar": _sidecar(settings, session)})


def _sidecar(settings: ApiSettings, session: aiohttp.ClientSession) -> Ping:
    url = str(settings.control_url).rstrip("/")
    headers = {"dapr-api-token": settings.token} if settings.token else {}

    async def sidecar() -> str:
        try:
            async with session.get(url + _HEALTH, headers=headers, timeout=_SIDECAR_TIMEOUT) as answer:
                if answer.ok:
                    return "answers"
                raise NotReadyError(f"{url} answers {answer.status}: {(await answer.text())[:200]}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotReadyError(f"no answer on {url}; {SIDECAR_MISSING}") from error

    return sidecar
