"""The connection to the worker's control API: bounded, watched, and every failure one of our errors."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, Final

import aiohttp
from pydantic import ValidationError
from yarl import URL

from api.asking import PLAINLY, Asking
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

_AGAIN_S: Final = 0.15
"""Pause before asking again after a lost answer, or one of a worker that begins or ends."""

_TRIES: Final = 8
"""How often a sidecar is asked, which takes another worker each time; without one there is nobody else to ask."""


class _LostError(Exception):
    """The connection broke, or a sidecar says that there is nobody behind it: asking again may well succeed."""


class ControlConnection:
    """Asks the worker, directly or through a sidecar.

    Args:
        session: Shared by all requests of this process.
        url: Where the control API, or the sidecar, answers.
        app_id: The worker's Dapr app-id; None where there is no sidecar in between.
        token: The sidecar's API token.
        timeout_s: Seconds without any sign of a worker until a call is given up.
        patience_s: Seconds until a call is given up whose worker gives signs of life and no answer.
    """

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        url: str,
        app_id: str | None,
        token: str | None,
        timeout_s: float,
        patience_s: float,
    ) -> None:
        self._session = session
        self._base = url.rstrip("/") + "/control/"
        self._headers = {"dapr-app-id": app_id} if app_id else {}
        if token:
            self._headers["dapr-api-token"] = token
        self._has_sidecar = app_id is not None
        self._tries = _TRIES if app_id else 2
        self._timeout_s = timeout_s
        self._patience_s = patience_s

    async def call(self, method: str, path: str, body: bytes | None = None, *, how: Asking = PLAINLY) -> bytes:
        """The body of a good answer.

        Raises:
            DurablyError: What the worker says, or that nobody says anything.
        """
        wait_until = time.monotonic() + how.wait_s
        # A sidecar repeats what it got no answer to, and says nothing of it.
        how = replace(how, new=how.new and not self._has_sidecar)
        try:
            async with asyncio.timeout(self._timeout_s) as silence:
                watched = partial(self._watched, silence=silence, until=wait_until + self._patience_s)
                tried = 0
                while True:
                    tried += 1
                    try:
                        return await watched(self._ask(method, path, body, wait_until, how))
                    except (_LostError, NoWorkerError) as error:
                        if tried == self._tries or not self._another_may_answer(error, how):
                            raise
                    await asyncio.sleep(_AGAIN_S)
                    how = replace(how, new=False)  # it may have been heard
        except TimeoutError as error:
            raise WorkerTimeoutError("The worker did not answer in time; ask again.") from error
        except _LostError as error:
            raise NoWorkerError("No worker answers; one that restarts is back within seconds.") from error

    def _another_may_answer(self, error: _LostError | NoWorkerError, how: Asking) -> bool:
        """Whether asking again may help and cannot harm: who ends has neighbours, and what was lost may be heard."""
        return not how.once if isinstance(error, _LostError) else self._has_sidecar

    async def _watched(self, asking: Coroutine[Any, Any, bytes], *, silence: asyncio.Timeout, until: float) -> bytes:
        """An answer that may take long, while somebody is there to give it: each sign of life puts off the end."""
        answer, pulse_s = asyncio.ensure_future(asking), self._timeout_s / 2
        try:
            while not (await asyncio.wait({answer}, timeout=pulse_s))[0]:
                async with asyncio.timeout(pulse_s):
                    await self._ask("GET", "workflows", None, 0, PLAINLY)
                left_s = min(self._timeout_s, until - time.monotonic())
                silence.reschedule(asyncio.get_running_loop().time() + left_s)
            return await answer
        finally:
            answer.cancel()

    async def _ask(self, method: str, path: str, body: bytes | None, wait_until: float, how: Asking) -> bytes:
        url = URL(self._base + path + how.query_until(wait_until), encoded=True)
        headers = self._headers | how.headers
        if body is not None:
            headers["Content-Type"] = "application/json"
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
