"""The client of the worker's control API. Answers travel on as the bytes that they came as."""

import asyncio
import time
from typing import Final

import aiohttp
from pydantic import ValidationError
from yarl import URL

from api.segments import segment
from durably.contracts.errors import (
    DurablyError,
    InstanceNotFoundError,
    NoSidecarError,
    NoWorkerError,
    Problem,
    UnavailableError,
    UnknownWorkflowError,
    WorkerTimeoutError,
)
from durably.contracts.names import CONTROL_HEADER
from durably.contracts.problems import from_problem

_CONNECT_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=1.5)
"""What listens on this machine or in this pod accepts at once, or not at all."""


class _LostError(Exception):
    """The connection broke, or a sidecar says that there is nobody behind it: asking again may well succeed."""


class ControlClient:
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

    async def workflows(self) -> bytes:
        """A `WorkflowList`. Raises an `UnavailableError` where nobody answers."""
        return await self._call("GET", "workflows")

    async def start(
        self, workflow: str, *, instance_id: str, payload: bytes, new: bool = False, wait_s: float = 0
    ) -> bytes:
        """Start an instance; the same start twice is one instance, so a lost answer is asked for again.

        Args:
            workflow: A name as the caller gave it.
            instance_id: The new instance's id.
            payload: The input, a JSON object.
            new: Whether the id was made for this call, so that the engine need not be asked for it first.
            wait_s: How long to wait for the end.

        Returns:
            A `Scheduled`, or with a wait an `InstanceView`.

        Raises:
            UnknownWorkflowError: The worker has no such workflow.
            InvalidInputError: The input does not fit it.
            InstanceExistsError: The id is taken by another start.
            UnavailableError: Nobody answers.
        """
        if (name := segment(workflow)) is None:
            raise UnknownWorkflowError(f"There is no workflow {workflow[:100]!r}.")
        return await self._call(
            "POST", f"workflows/{name}/instances/{segment(instance_id)}", payload, wait_s=wait_s, new=new
        )

    async def instance(self, instance_id: str, *, wait_s: float = 0) -> bytes:
        """An `InstanceView`, once the instance has ended or `wait_s` seconds are over.

        Raises:
            InstanceNotFoundError: There is none.
            UnavailableError: Nobody answers.
        """
        return await self._call("GET", f"instances/{_existing(instance_id)}", wait_s=wait_s)

    async def history(self, instance_id: str) -> bytes:
        """A `History`. Errors as for `instance`."""
        return await self._call("GET", f"instances/{_existing(instance_id)}/history")

    async def _call(
        self, method: str, path: str, body: bytes | None = None, *, wait_s: float = 0, new: bool = False
    ) -> bytes:
        wait_until = time.monotonic() + wait_s
        try:
            async with asyncio.timeout(self._timeout_s + wait_s):
                try:
                    return await self._ask(method, path, body, wait_until, new=new)
                except _LostError:  # the first time may have been heard, so it may not be new any more
                    return await self._ask(method, path, body, wait_until)
        except TimeoutError as error:
            raise WorkerTimeoutError("The worker did not answer in time; ask again.") from error
        except _LostError as error:
            raise NoWorkerError("No worker answers; one that restarts is back within seconds.") from error

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
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
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


def _existing(instance_id: str) -> str:
    if (quoted := segment(instance_id)) is None:
        raise InstanceNotFoundError("No instance can have that id.", instance_id=instance_id[:600])
    return quoted
