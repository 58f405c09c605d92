import asyncio
import io
from collections.abc import AsyncIterator

import pytest

from tests.unit.api.fake_control import FakeControl
from tests.unit.api.serving import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMIT = 256 * 1024
JSON = {"Content-Type": "application/json"}


def body_of(size: int) -> bytes:
    start, end = b'{"input": {"text": "', b'"}}'
    return start + b"x" * (size - len(start) - len(end)) + end


async def in_chunks(body: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for begin in range(0, len(body), size):
        yield body[begin : begin + size]


async def test_a_body_of_exactly_the_limit_passes(api: Api, worker: FakeControl) -> None:
    assert (await api.ask("POST", "/workflows/w", data=body_of(LIMIT), headers=JSON)).status == 202
    assert len(worker.asked[0].body["text"]) > LIMIT - 100


async def test_a_streamed_body_of_exactly_the_limit_passes_whole(api: Api, worker: FakeControl) -> None:
    body = body_of(LIMIT)

    assert (await api.ask("POST", "/workflows/w", data=in_chunks(body), headers=JSON)).status == 202
    assert len(worker.asked[0].body["text"]) > LIMIT - 100


@pytest.mark.parametrize("size", [LIMIT + 1, 20 * LIMIT])
async def test_a_body_over_the_limit_is_refused(api: Api, worker: FakeControl, size: int) -> None:
    answered = await api.ask("POST", "/workflows/w", data=io.BytesIO(body_of(size)), headers=JSON)

    assert answered.is_problem(413, "payload_too_large")
    assert worker.asked == []


@pytest.mark.parametrize("size", [LIMIT + 1, 20 * LIMIT])
async def test_a_streamed_body_over_the_limit_is_refused(api: Api, worker: FakeControl, size: int) -> None:
    answered = await api.ask("POST", "/tasks/process", data=in_chunks(body_of(size)), headers=JSON)

    assert answered.is_problem(413, "payload_too_large")
    assert worker.asked == []


async def test_an_announced_length_over_the_limit_is_refused_before_the_body_comes(
    api: Api, worker: FakeControl
) -> None:
    host, _, port = api.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST /tasks/process HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LIMIT + 1}\r\n\r\n".encode())

    status_line = await asyncio.wait_for(reader.readline(), 2)

    writer.close()
    assert b" 413 " in status_line


async def test_a_caller_who_goes_away_in_the_middle_of_a_streamed_body_starts_nothing(
    api: Api, worker: FakeControl
) -> None:
    host, _, port = api.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /workflows/w HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    assert (await api.get("/livez")).status == 200
    assert worker.asked == []
