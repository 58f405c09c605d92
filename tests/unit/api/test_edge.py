"""The outermost layer, around an application that does what nobody expects."""

import json
from typing import Any

import pytest
import structlog
from prometheus_client import CollectorRegistry
from starlette.types import Message, Receive, Scope, Send

from api.edge import Edge
from api.shutdown import Shutdown
from durably.telemetry.metrics import HttpMetrics

SCOPE = {"type": "http", "method": "GET", "path": "/x", "headers": [], "path_params": {"instance_id": "i-1"}}


class Sent:
    """What left the application."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        """Remember it."""
        self.messages.append(message)


async def receive() -> Message:
    return {"type": "http.disconnect"}


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def counted(registry: CollectorRegistry, status: str) -> float | None:
    labels = {"method": "GET", "route": "unmatched", "status": status}
    return registry.get_sample_value("durably_http_requests_total", labels)


async def test_an_unexpected_error_is_a_problem_and_a_log_line_with_the_instance(registry: CollectorRegistry) -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError("secret detail")

    sent = Sent()
    with structlog.testing.capture_logs() as lines:
        await Edge(app, metrics=HttpMetrics(registry), shutdown=Shutdown(last_s=1))(dict(SCOPE), receive, sent)

    assert sent.messages[0]["status"] == 500
    problem = json.loads(sent.messages[1]["body"])
    assert problem["code"] == "internal_error"
    assert "secret" not in json.dumps(problem)
    line: Any = lines[0]
    assert (line["event"], line["log_level"], line["instance_id"]) == ("unexpected_error", "error", "i-1")
    assert isinstance(line["exc_info"], ZeroDivisionError)
    assert counted(registry, "500") == 1


async def test_an_error_in_the_middle_of_an_answer_is_left_to_the_server(registry: CollectorRegistry) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    sent = Sent()
    with structlog.testing.capture_logs(), pytest.raises(ZeroDivisionError):
        await Edge(app, metrics=HttpMetrics(registry), shutdown=Shutdown(last_s=1))(dict(SCOPE), receive, sent)

    assert len(sent.messages) == 1
    assert counted(registry, "200") == 1


async def test_a_request_whose_caller_has_gone_is_counted_as_such(registry: CollectorRegistry) -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        return

    await Edge(app, metrics=HttpMetrics(registry), shutdown=Shutdown(last_s=1))(dict(SCOPE), receive, Sent())

    assert counted(registry, "499") == 1


async def test_what_is_no_request_passes_through(registry: CollectorRegistry) -> None:
    seen = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    await Edge(app, metrics=HttpMetrics(registry), shutdown=Shutdown(last_s=1))({"type": "lifespan"}, receive, Sent())

    assert seen == ["lifespan"]


async def test_callers_are_asked_to_connect_elsewhere_once_the_process_stops(registry: CollectorRegistry) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})

    shutdown, before, after = Shutdown(last_s=1), Sent(), Sent()
    edge = Edge(app, metrics=HttpMetrics(registry), shutdown=shutdown)
    await edge(dict(SCOPE), receive, before)
    shutdown.begin()
    await edge(dict(SCOPE), receive, after)

    assert before.messages[0]["headers"] == [(b"x", b"y")]
    assert after.messages[0]["headers"] == [(b"x", b"y"), (b"connection", b"close")]
