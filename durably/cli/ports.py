"""The TCP ports of a stack: each one declared once, with the option that changes it."""

import errno
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import typer

from durably.cli.checks import StartError

_FREE_FIRST: Final = 12_000
_FREE_LAST: Final = 31_000
"""Below the range that systems take outgoing ports from: nothing takes the port of a worker that is down."""


@dataclass(frozen=True, slots=True)
class PortOption:
    """One port that can be chosen.

    Attributes:
        option: The option's name on the command line.
        default: Where it listens unless told otherwise.
        what: What listens there, in a few words.
        teaches: What one would go there for.
    """

    option: str
    default: int
    what: str
    teaches: str

    @property
    def variable(self) -> str:
        """The environment variable that does the same."""
        return f"DURABLY_DEV_{self.option.removeprefix('--').replace('-', '_').upper()}"

    def as_option(self) -> Any:
        """The declaration for typer."""
        text = f"Port of {self.what}: {self.teaches} 0 takes any free one."
        return typer.Option(self.option, envvar=self.variable, min=0, max=65_535, metavar="PORT", help=text)


API: Final = PortOption("--port", 8080, "the API", "the HTTP endpoints, /docs and /metrics.")
CONTROL: Final = PortOption("--worker-port", 8081, "the worker's control API", "what the API calls; not for clients.")
PROBES: Final = PortOption("--probe-port", 8082, "the worker's probes", "/livez, /readyz and /metrics of the worker.")
RECEIVER: Final = PortOption("--receiver-port", 8083, "the webhook receiver", "shows the notifications it was sent.")
ENGINE: Final = PortOption("--engine-port", 50_001, "the embedded engine", "gRPC, where a Dapr sidecar would be.")


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one stack; 0 stands for any free one until `claimed` has chosen."""

    api: int = API.default
    control: int = CONTROL.default
    probes: int = PROBES.default
    receiver: int = RECEIVER.default
    engine: int = ENGINE.default

    def by_option(self) -> Mapping[PortOption, int]:
        """Each port with the option that it comes from."""
        return {API: self.api, CONTROL: self.control, PROBES: self.probes, RECEIVER: self.receiver, ENGINE: self.engine}


ANY: Final = Ports(0, 0, 0, 0, 0)


def claimed(wanted: Ports, *, host: str) -> Ports:
    """The ports that can be had now, with a free one for each 0.

    Args:
        wanted: What was asked for.
        host: Where the API listens; all else listens on 127.0.0.1.

    Raises:
        StartError: One is taken, not allowed, or asked for twice; the message names the option that changes it.
    """
    taken: dict[int, PortOption] = {}
    for option, port in wanted.by_option().items():
        number = port or _free_port(host, taken)
        if number in taken:
            raise StartError(f"{taken[number].option} and {option.option} are both {number}; each needs its own port")
        if reason := _refusal(host if option is API else "127.0.0.1", number):
            raise StartError(
                f"port {number} of {option.what} {reason}; choose another with {option.option} or {option.variable}"
            )
        taken[number] = option
    number_of = {option: number for number, option in taken.items()}
    return Ports(*(number_of[option] for option in wanted.by_option()))


def _free_port(host: str, taken: Mapping[int, PortOption]) -> int:
    while True:
        port = _FREE_FIRST + secrets.randbelow(_FREE_LAST - _FREE_FIRST)
        if port not in taken and not _refusal(host, port):
            return port


def _refusal(host: str, port: int) -> str | None:
    """Why nothing of ours can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except PermissionError:
        return "needs administrator rights"
    except OSError as error:
        return "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
    return None
