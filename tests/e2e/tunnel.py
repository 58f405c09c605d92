"""A way to one ready pod of a component, from wherever the tests run: `kubectl port-forward`."""

import asyncio
import contextlib
import json
import re
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from tests.e2e.cluster import AWAY, NAMESPACE, Cluster

_OPEN_S: Final = 10
_ASK_S: Final = 40
_AGAIN_S: Final = 0.2
_AWAY: Final = {502, 503, 504}
_FORWARDING: Final = re.compile(rb"127\.0\.0\.1:(\d+)")


class Tunnel:
    """HTTP to whichever pod of a component is ready; a call is repeated until it is answered.

    Args:
        cluster: Where the pods are.
        component: `api` or `sandbox`.
        port: The container's port.
    """

    def __init__(self, cluster: Cluster, component: str, port: int) -> None:
        self._cluster = cluster
        self._component = component
        self._port = port
        self._kubectl: Process | None = None
        self._url = ""
        self._opening = asyncio.Lock()
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ASK_S))

    async def aclose(self) -> None:
        """End the forwarding."""
        await self._session.close()
        await self._break(self._kubectl)

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        within_s: float = 60,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """The status and the JSON of an answer; nobody there and 502 to 504 mean "again", until the time is over.

        Raises:
            AssertionError: Nobody answered in time.
        """
        ends = time.monotonic() + within_s
        while True:
            kubectl = self._kubectl
            try:
                url = await self._open()
                async with self._session.request(method, url + path, json=body, headers=headers) as response:
                    text = await response.text()
                if response.status not in _AWAY:
                    return response.status, json.loads(text) if text else None
                seen = f"{response.status} {text}"
            except (aiohttp.ClientError, TimeoutError, AssertionError, *AWAY) as error:
                seen = repr(error)
                await self._break(kubectl)
            if time.monotonic() > ends:
                raise AssertionError(f"{method} {path} was not answered within {within_s:g} s; seen last: {seen}")
            await asyncio.sleep(_AGAIN_S)

    async def _open(self) -> str:
        async with self._opening:
            if self._kubectl is None or self._kubectl.returncode is not None:
                pods = await self._cluster.ready_pods(self._component, timeout_s=_OPEN_S)
                self._kubectl = await asyncio.create_subprocess_exec(
                    *("kubectl", "port-forward", "--namespace", NAMESPACE, f"pod/{pods[-1].name}", f":{self._port}"),
                    stdout=PIPE,
                    stderr=DEVNULL,
                )
                self._url = f"http://127.0.0.1:{await self._told_port(self._kubectl)}"
            return self._url

    async def _told_port(self, kubectl: Process) -> str:
        assert kubectl.stdout is not None
        async with asyncio.timeout(_OPEN_S):
            line = await kubectl.stdout.readline()
        found = _FORWARDING.search(line)
        assert found, f"kubectl port-forward said {line!r}"
        return found[1].decode()

    async def _break(self, kubectl: Process | None) -> None:
        """End a forwarding that does not serve, unless somebody has replaced it already."""
        async with self._opening:
            if kubectl is not None and kubectl is self._kubectl:
                with contextlib.suppress(ProcessLookupError):
                    kubectl.kill()
                await kubectl.wait()
                self._kubectl = None
