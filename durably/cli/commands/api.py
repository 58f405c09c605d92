"""The HTTP API as the commands call it."""

import http.client
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, urlencode

from durably.cli.commands.refusals import RefusedError
from durably.cli.commands.text import printable
from durably.cli.commands.transport import Answer, Transport
from durably.cli.exits import CommandError, ExitCode, UsageError

ANSWER_S: Final = 15.0
"""Seconds that the server gets for an answer, on top of what it is asked to wait."""


def path(*segments: str) -> str:
    """A path of ids and names.

    Raises:
        UsageError: One of them is nothing, or would be two.
    """
    for segment in segments:
        if not segment or "/" in segment:
            hint = "`durably list` shows the ids of instances, `durably workflows` the names of workflows"
            raise UsageError(f"{segment!r} cannot be an id or a name: it is empty, or has a / in it", hint=hint)
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)


class Api:
    """One API. Not for several threads.

    Args:
        url: Where it is.
        headers: Sent with each request.
        timeout_s: Seconds that it gets for an answer.
    """

    def __init__(self, url: str, *, headers: Mapping[str, str], timeout_s: float = ANSWER_S) -> None:
        self.url = url
        always = {"Accept": "application/json", "User-Agent": "durably-cli"}
        self._transport = Transport(url, headers={**always, **headers})
        self._timeout_s = timeout_s

    def get(self, at: str, query: Mapping[str, Any] | None = None, *, wait_s: float = 0) -> Any:
        """What is there, as JSON.

        Args:
            at: The path.
            query: Parameters; those that are None or empty are left out, a list is repeated.
            wait_s: Seconds that the server is asked to wait.

        Raises:
            RefusedError: The server says no.
            UnreachableError: Nothing answers.
            CommandError: What answers is no Durably.
        """
        return self._json(self._request("GET", at + _encoded(query or {}), wait_s=wait_s))

    def post(self, at: str, body: Any = None) -> Any:
        """Ask for something to be done; raises as `get` does."""
        return self._json(self._request("POST", at, body=body))

    def delete(self, at: str) -> None:
        """Delete what is there; raises as `get` does."""
        self._request("DELETE", at)

    @contextmanager
    def stream(self, at: str, headers: Mapping[str, str], *, silence_s: float) -> Iterator[Iterable[bytes]]:
        """The lines of an answer that comes bit by bit; raises as `get` does, also while they are read."""
        with self._transport.stream(at, {"Accept": "text/event-stream", **headers}, silence_s=silence_s) as answer:
            self._check(answer)
            if answer.headers.get_content_type() != "text/event-stream":
                raise self._stranger(answer)
            yield answer.lines

    def _request(self, method: str, target: str, *, body: Any = None, wait_s: float = 0) -> Answer:
        answer = self._transport.request(method, target, body=body, timeout_s=self._timeout_s + wait_s)
        self._check(answer)
        return answer

    def _check(self, answer: Answer) -> None:
        """Raise unless the server has done what was asked."""
        if http.client.OK <= answer.status < http.client.MULTIPLE_CHOICES:
            return
        problem = self._json(answer)
        after = answer.headers.get("Retry-After", "")
        raise RefusedError(
            answer.status,
            problem if isinstance(problem, dict) else {},
            retry_after_s=float(after) if after.isdecimal() else None,
        )

    def _json(self, answer: Answer) -> Any:
        try:
            return json.loads(answer.body)
        except ValueError:
            raise self._stranger(answer) from None

    def _stranger(self, answer: Answer) -> CommandError:
        if moved := answer.headers.get("Location"):
            told = f"{self.url} says that it is at {printable(moved)}"
            return CommandError(told, hint="give that address with --server", code=ExitCode.SERVER)
        if answer.status in {502, 503, 504}:  # a proxy on the way
            told = f"{self.url} answered {answer.status}: what is behind it is away"
            return CommandError(told, hint="repeat the command a little later", code=ExitCode.UNAVAILABLE)
        told = f"{self.url} answered {answer.status} in a way that no Durably API does"
        return CommandError(told, hint="is --server right?", code=ExitCode.SERVER)


def _encoded(query: Mapping[str, Any]) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "", (), [])}
    return f"?{urlencode(given, doseq=True)}" if given else ""
