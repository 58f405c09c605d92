"""The connection to the worker's control API: bounded, watched, and every failure one of our errors."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Final

import aiohttp
from pydantic import ValidationError
from yarl import URL

from durably.contracts.errors import (
    DurablyError,
    NoSidecarError,
    NoWorkerError,
    Problem,
    UnavailableError,
    WorkerTimeoutError,
)
from durably.contracts.names import CONTROL_HEADER
from durably.contracts.problems import from_problem

_CONNECT_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=1.5)
"""What listens on this machine or in this pod accepts at once, or not at all."""

_PULSE_S: Final = 2.0
"""A long poll is left as soon as the worker does not answer anything else for so long either."""


class _LostError(Exception):
    """The connection broke, or a sidecar says that there is nobody behind it: asking again may well succeed."""


class ControlConnection:
    """Asks the worker, directly or through a sidecar.

    Args:
        session: Shared by all requests of this process.
        url: Where the control API, or the sidecar, answers.
        app_id: The worker's Dapr app-id; None where there is no sidecar in between.
        token: The sidecar's API token.
        timeout_s: Seconds until a call that is not answered is given up, second attempt included.
    """

    def __init__(
        self, *, session: aiohttp.ClientSession, url: str, app_id: str | None, token: str | None, timeout_s: float
    ) -> None:
        self._session = session
        self._base = url.rstrip("/") + "/control/"
        self._headers = {"dapr-app-id": app_id} if app_id else {}
        if token:
            self._headers["dapr-api-token"] = token
        self._has_sidecar = app_id is not None
        self._timeout_s = timeout_s

    async def call(
        self, method: str, path: str, body: bytes | None = None, *, wait_s: float = 0, new: bool = False
    ) -> bytes:
        """The body of a good answer.

        Raises:
            DurablyError: What the worker says, or that nobody says anything.
        """
        wait_until = time.monotonic() + wait_s
        new = new and not self._has_sidecar  # a sidecar repeats what it got no answer to, and says nothing of it
        try:
            async with asyncio.timeout(self._timeout_s + wait_s):
                try:
                    return await self._watched(self._ask(method, path, body, wait_until, new=new))
                except (_LostError, NoWorkerError) as first:
                    # One without a stream begins or ends: a sidecar asks the next one, without it there is no other.
                    if isinstance(first, NoWorkerError) and not self._has_sidecar:
                        raise
                    # The first time may have been heard, so it may not be new any more.
                    return await self._watched(self._ask(method, path, body, wait_until))
        except TimeoutError as error:
            raise WorkerTimeoutError("The worker did not answer in time; ask again.") from error
        except _LostError as error:
            raise NoWorkerError("No worker answers; one that restarts is back within seconds.") from error

    async def _watched(self, asking: Coroutine[Any, Any, bytes]) -> bytes:
        """An answer that may take long, while somebody is there to give it."""
        answer = asyncio.ensure_future(asking)
        try:
            while not (await asyncio.wait({answer}, timeout=_PULSE_S))[0]:
                async with asyncio.timeout(_PULSE_S):
                    await self._ask("GET", "workflows", None, 0)
            return await answer
        finally:
            answer.cancel()

    async def _ask(self, method: str, path: str, body: bytes | None, wait_until: float, *, new: bool = False) -> bytes:
        remaining = wait_until - time.monotonic()
        query = [*(["new=1"] if new else ()), *([f"wait={remaining:.3f}"] if remaining > 0 else ())]
        url = URL(f"{self._base}{path}?{'&'.join(query)}" if query else f"{self._base}{path}", encoded=True)
        headers = self._headers | {"Content-Type": "application/json"} if body is not None else self._headers
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=_CONNECT_TIMEOUT, allow_redirects=False
            ) as response:
                return self._checked(response, await response.read())
        except aiohttp.ConnectionTimeoutError as error:
            raise WorkerTimeoutError(
                "The worker, or the sidecar, is too busy to take the request; ask again."
            ) from error
        except aiohttp.ClientConnectorError as error:
            raise self._nobody() from error
        except (aiohttp.ClientError, OSError) as error:
            raise _LostError(str(error)) from error

    def _checked(self, response: aiohttp.ClientResponse, body: bytes) -> bytes:
        if CONTROL_HEADER not in response.headers:
            raise _LostError(f"the sidecar answered {response.status}: {body[:300]!r}")
        if response.status < 300:  # noqa: PLR2004 - success, as HTTP counts
            return body
        try:
            raise from_problem(Problem.model_validate_json(body))
        except ValidationError as error:
            raise DurablyError(f"The worker answered {response.status} in a form that is not known here.") from error

    def _nobody(self) -> UnavailableError:
        if self._has_sidecar:
            return NoSidecarError("This API's own sidecar does not accept connections; it may be restarting.")
        return NoWorkerError("No worker listens; start one, or wait for the one that restarts.")
