"""How the control API is asked in tests."""

import json
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from durably.contracts.names import CONTROL_HEADER

Client = TestClient[web.Request, web.Application]


async def problem_of(
    client: Client, path: str, *, body: Any = None, method: str | None = None
) -> tuple[int, dict[str, Any], str | None]:
    """Ask, and give the status, the problem document and when to ask again.

    Args:
        client: Of the control API.
        path: What is asked.
        body: JSON, or bytes as they are; None for none.
        method: By default GET without and POST with a body.
    """
    method = method or ("GET" if body is None else "POST")
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    async with client.request(method, path, data=data) as response:
        assert response.content_type == "application/problem+json"
        assert response.headers[CONTROL_HEADER] == "1"
        problem = await response.json()
        assert problem["status"] == response.status
        return response.status, problem, response.headers.get("Retry-After")
