import json

import aiohttp

from worker.watchdog import SidecarHttpError


class SidecarHttp:
    """The two calls of the sidecar's HTTP API that a watchdog needs.

    Args:
        host: Where the sidecar listens.
        port: Its HTTP port.
        token: The sidecar's API token, if it asks for one.
        timeout_s: Seconds after which a call is given up.
    """

    def __init__(self, *, host: str, port: int, token: str | None = None, timeout_s: float = 2.0) -> None:
        self._base = f"http://{host}:{port}/v1.0"
        headers = {"dapr-api-token": token} if token else {}
        self._session = aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=timeout_s))

    async def connected_workers(self) -> int:
        """How many work streams the sidecar serves, in its own opinion.

        Raises:
            SidecarHttpError: It does not say.
        """
        try:
            metadata = json.loads(await self._call("GET", "metadata"))
            return int((metadata.get("workflows") or {}).get("connectedWorkers") or 0)  # zero is left out, or null
        except (ValueError, AttributeError, TypeError) as error:
            raise SidecarHttpError(f"its metadata cannot be read: {error}") from error

    async def shut_down(self) -> None:
        """Ask the sidecar to end; whoever started it starts it again.

        Raises:
            SidecarHttpError: It does not take the request.
        """
        await self._call("POST", "shutdown")

    async def aclose(self) -> None:
        """Close the connection."""
        await self._session.close()

    async def _call(self, method: str, path: str) -> bytes:
        try:
            async with self._session.request(method, f"{self._base}/{path}") as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SidecarHttpError(str(error) or type(error).__name__) from error
        if not answer.ok:
            raise SidecarHttpError(f"{path}: {answer.status} {body[:200]!r}")
        return body
