"""The management API as somebody with a name sees it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp

from tests.harness.waiting import until


@dataclass(frozen=True)
class Told:
    """One server-sent event."""

    event: str
    data: Any
    id: int | None = None


class Managed:
    """A client of the API that starts instances and does things with them.

    Args:
        http: A session on the API's address.
        control_url: The worker's control API, which takes inputs that are no objects.
    """

    def __init__(self, http: aiohttp.ClientSession, control_url: str) -> None:
        self._http = http
        self._control_url = control_url

    async def ask(self, method: str, path: str, *, by: str = "ada", **options: Any) -> tuple[int, Any]:
        """Send one request in somebody's name; give the status and the body."""
        async with self._http.request(method, path, headers={"Durably-User": by}, **options) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def get(self, path: str, **options: Any) -> Any:
        """A good answer."""
        status, body = await self.ask("GET", path, **options)
        assert status == 200, body
        return body

    async def post(self, path: str, body: Any = None, *, by: str = "ada") -> tuple[int, Any]:
        """POST JSON, or nothing."""
        return await self.ask("POST", path, by=by, **({} if body is None else {"json": body}))

    async def refused(self, path: str, body: Any = None, *, by: str = "ada", method: str = "POST") -> tuple[int, str]:
        """Send what is refused; give the status and the code."""
        options = {} if body is None else {"json": body}
        status, problem = await self.ask(method, path, by=by, **options)
        assert status >= 400, problem
        return status, problem["code"]

    async def start(self, workflow: str, given: Any, *, instance_id: str | None = None) -> str:
        """Start an instance and give its id once it runs."""
        instance_id = instance_id or f"{workflow}-{uuid4().hex[:8]}"
        url = f"{self._control_url}/control/workflows/{workflow}/instances/{instance_id}"
        async with self._http.post(url, json=given) as answer:
            assert answer.status == 202, await answer.text()
        await self.reaches(instance_id, "running", "completed", "failed")
        return instance_id

    async def reaches(self, instance_id: str, *statuses: str) -> Any:
        """The instance once its status is one of these."""

        async def look() -> Any:
            return await self.get(f"/instances/{instance_id}")

        return await until(look, what=f"{instance_id} is {statuses}", holds=lambda view: view["status"] in statuses)

    async def ended(self, instance_id: str) -> Any:
        """The instance once it has ended."""
        view = await self.get(f"/instances/{instance_id}?wait=30s")
        assert view["status"] in {"completed", "failed", "terminated"}, view
        return view

    async def history(self, instance_id: str, *kinds: str) -> list[Any]:
        """The events of its history, those of some kinds only where they are named."""
        events = (await self.get(f"/instances/{instance_id}/history"))["events"]
        return [event for event in events if not kinds or event["type"] in kinds]

    async def approval(self, instance_id: str, **wanted: Any) -> Any:
        """What it asks, once it asks and the fields have these values."""

        async def look() -> Any:
            return json.loads((await self.get(f"/instances/{instance_id}"))["custom_status"] or "{}")

        def holds(seen: Any) -> bool:
            return bool(seen) and {name: seen[name] for name in wanted} == wanted

        return await until(look, what=f"{instance_id} asks, {wanted}", holds=holds)

    async def follow(self, instance_id: str, *, after: int | None = None) -> AsyncIterator[Told]:
        """What the stream of an instance tells, until it closes."""
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        async with self._http.get(f"/instances/{instance_id}/events", headers=headers) as answer:
            assert (answer.status, answer.content_type) == (200, "text/event-stream")
            fields: dict[str, str] = {}
            async for line in answer.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                    continue
                if "event" in fields:
                    place = int(fields["id"]) if "id" in fields else None
                    yield Told(fields["event"], json.loads(fields["data"]), place)
                fields = {}
