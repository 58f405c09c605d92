"""Server-sent events of one instance, across lost connections."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from durably.cli.commands.api import Api, path
from durably.cli.commands.refusals import RefusedError, UnreachableError
from durably.cli.commands.waiting import Patience

_SILENCE_S: Final = 45.0
"""How long a connection may say nothing until it counts as lost; the API gives a sign of life every 10 s."""


class Message(NamedTuple):
    """One event of a stream; `kind` is `instance`, `history`, `problem`, `end`, or `lost`: the connection went away."""

    kind: str
    data: Any = None
    number: str = ""


def messages(lines: Iterable[bytes]) -> Iterator[Message]:
    """The events of a stream, as the HTML standard has their form."""
    kind, number = "message", ""
    data: list[str] = []
    for raw in lines:
        line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield Message(kind, json.loads("\n".join(data)), number)
            kind, data = "message", []
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            number = value


def followed(api: Api, instance_id: str) -> Iterator[Message]:
    """Everything about an instance until it has ended, each event of its history once.

    Raises:
        CommandError: The server says no, or was away for too long.
    """
    last = ""
    patience = Patience()
    began = False
    while True:
        headers = {"Last-Event-ID": last} if last else {}
        try:
            with api.stream(path("instances", instance_id, "events"), headers, silence_s=_SILENCE_S) as lines:
                for message in messages(lines):
                    began, last = True, message.number or last
                    patience.renew()
                    _check(message)
                    yield message
                    if message.kind == "end":
                        return
            error: RefusedError | UnreachableError = UnreachableError("the server ended the stream")
        except (RefusedError, UnreachableError) as failure:
            if not (began and failure.retryable):
                raise
            error = failure
        yield Message("lost", str(error))
        patience.after(error, at_most_s=float("inf"))


def _check(message: Message) -> None:
    """Raise what ends the stream for good, such as that the instance was purged."""
    if message.kind == "problem":
        refusal = RefusedError(message.data.get("status", 500), message.data)
        if not refusal.retryable:
            raise refusal
