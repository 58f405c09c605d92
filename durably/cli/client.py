"""The HTTP API as a client sees it, a client that repeats what could not be answered."""

import asyncio
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import aiohttp

from durably.cli.startup import StackError
from durably.contracts.instances import History, InstanceView
from durably.contracts.tasks import TaskRequest

_PAUSE_S: Final = 0.1
_WAIT_S: Final = 20


class ApiClient:
    """Calls one API. Every call may be repeated safely: starting a task twice starts it once.

    Args:
        session: The connections; its base URL is the API's.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def start(self, task: TaskRequest) -> str:
        """Start the processing of a task; the instance id."""
        answer = await self._call("POST", "/tasks/process", task.model_dump(mode="json"))
        return str(answer["instance_id"])

    async def ended(self, instance_id: str) -> InstanceView:
        """The instance, once it has ended, by long poll."""
        while True:
            view = InstanceView.model_validate(
                await self._call("GET", f"/instances/{quote(instance_id, safe='')}?wait={_WAIT_S}s")
            )
            if view.status.has_ended:
                return view

    async def history(self, instance_id: str) -> History:
        """Its history."""
        return History.model_validate(await self._call("GET", f"/instances/{quote(instance_id, safe='')}/history"))

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON; while nobody can answer (503, or no connection), ask again.

        Raises:
            StackError: The answer is an error that asking again would not change.
        """
        while True:
            try:
                async with self._session.request(method, path, json=body) as answer:
                    if answer.ok:
                        return await answer.json()
                    if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                        raise StackError(f"{method} {path} was answered {answer.status}: {await answer.text()}")
            except (aiohttp.ClientConnectionError, TimeoutError):
                pass
            await asyncio.sleep(_PAUSE_S)
