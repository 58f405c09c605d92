"""One connection to one server.

It is the standard library's client: importing a larger one takes longer than most commands.
"""

import http.client
import json
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final
from urllib.parse import urlsplit

from durably.cli.commands.refusals import UnreachableError
from durably.cli.commands.text import printable

_LARGEST_ANSWER: Final = 64 * 2**20
_FAILURES: Final = (OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; `lines` where it comes bit by bit, `body` otherwise."""

    status: int
    headers: Message
    body: bytes = b""
    lines: Iterable[bytes] = ()


class Transport:
    """Requests to one server, one after the other, over one connection. Not for several threads.

    Args:
        url: Where it is.
        headers: Sent with each request.
    """

    def __init__(self, url: str, *, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = headers
        self._connection: http.client.HTTPConnection | None = None

    def request(self, method: str, target: str, *, body: Any = None, timeout_s: float) -> Answer:
        """Send a request, and read the whole answer.

        Raises:
            UnreachableError: Nothing answers, or not in time.
        """
        reused = self._connection is not None
        try:
            return self._exchange(method, target, body, timeout_s)
        except _FAILURES as error:
            self.close()
            if reused and isinstance(error, ConnectionError):  # closed while it lay idle: nothing was asked
                return self.request(method, target, body=body, timeout_s=timeout_s)
            raise self._unreachable(error) from None
        except BaseException:
            self.close()  # an answer that was not read would be taken for that of the next request
            raise

    @contextmanager
    def stream(self, target: str, headers: Mapping[str, str], *, silence_s: float) -> Iterator[Answer]:
        """Send a GET on a connection of its own, and read the answer as it comes.

        Args:
            target: Path and query.
            headers: Sent on top of the usual ones.
            silence_s: Seconds without a byte after which the connection counts as lost.

        Raises:
            UnreachableError: Nothing answers, or no more; also while the lines are read.
        """
        connection = self._open(silence_s)
        try:
            response = self._send(connection, "GET", target, None, headers)
            body = b"" if response.status == http.client.OK else response.read(_LARGEST_ANSWER)
            yield Answer(response.status, response.headers, body, iter(response.readline, b""))
        except _FAILURES as error:
            raise self._unreachable(error) from None
        finally:
            connection.close()

    def close(self) -> None:
        """Close the connection; the next request opens one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, method: str, target: str, body: Any, timeout_s: float) -> Answer:
        if self._connection is None:
            self._connection = self._open(timeout_s)
        elif self._connection.sock:
            self._connection.sock.settimeout(timeout_s)
        response = self._send(self._connection, method, target, body, {})
        return Answer(response.status, response.headers, response.read(_LARGEST_ANSWER))

    def _send(
        self, connection: http.client.HTTPConnection, method: str, target: str, body: Any, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        payload = None if body is None else json.dumps(body).encode()
        content = {} if payload is None else {"Content-Type": "application/json"}
        base = urlsplit(self._url).path.rstrip("/")
        connection.request(method, base + target, body=payload, headers={**self._headers, **content, **headers})
        return connection.getresponse()

    def _open(self, timeout_s: float) -> http.client.HTTPConnection:
        parts = urlsplit(self._url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, parts.port, timeout=timeout_s, context=context)
        return http.client.HTTPConnection(host, parts.port, timeout=timeout_s)

    def _unreachable(self, error: BaseException) -> UnreachableError:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return UnreachableError(
            f"nothing answers at {self._url} ({printable(why)})",
            hint="`durably dev` starts a stack here; --server or DURABLY_SERVER says where another one is",
        )
