"""Which server, and who asks: from options, the environment and the configuration file, in that order."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import typer

from durably.cli.commands.api import Api
from durably.cli.exits import UsageError

DEFAULT_SERVER: Final = "http://127.0.0.1:8080"
_PANEL: Final = "Server"
_FILE_VARIABLE: Final = "DURABLY_CONFIG"
_KEYS: Final = ("server", "token", "as")


@dataclass(frozen=True, slots=True)
class Server:
    """The options that every command has that asks a server."""

    server: Annotated[
        str | None,
        typer.Option(
            "--server",
            envvar="DURABLY_SERVER",
            metavar="URL",
            help=f"Where the API is; by default {DEFAULT_SERVER}, what `durably dev` starts.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            envvar="DURABLY_TOKEN",
            metavar="TOKEN",
            help="The API key or bearer token. In the environment or the file it is in no list of processes.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    user: Annotated[
        str | None,
        typer.Option(
            "--as",
            envvar="DURABLY_USER",
            metavar="NAME",
            help="Who you are, where the API asks for no token.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the API's JSON, for scripts.", rich_help_panel=_PANEL),
    ] = False

    def api(self, *, timeout_s: float | None = None) -> Api:
        """The server that is meant.

        Args:
            timeout_s: Seconds that it gets for an answer; the transport's own default where it is None.

        Raises:
            UsageError: The configuration file cannot be read, or the URL is none.
        """
        kept = configuration(configuration_file())
        url = self.server or kept.get("server") or DEFAULT_SERVER
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_port(url):
            raise UsageError(f"{url} is no address of a server", hint=f"such as --server {DEFAULT_SERVER}")
        headers = _headers(self.token or kept.get("token"), self.user or kept.get("as"))
        return Api(url, headers=headers) if timeout_s is None else Api(url, headers=headers, timeout_s=timeout_s)


def configuration_file() -> Path:
    """Where the configuration file is, if there is one."""
    if chosen := os.environ.get(_FILE_VARIABLE):
        return Path(chosen)
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "durably" / "config.toml"


def configuration(file: Path) -> dict[str, str]:
    """What a configuration file says; nothing if it is not there, and nobody has named it.

    Raises:
        UsageError: It cannot be read, is no TOML, or has a key or a value that does not belong there.
    """
    try:
        found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if os.environ.get(_FILE_VARIABLE):
            hint = f"write it, or unset {_FILE_VARIABLE}"
            raise UsageError(f"there is no {file}, which {_FILE_VARIABLE} names", hint=hint) from None
        return {}
    except (OSError, ValueError) as error:
        hint = f"it is TOML, such as server = {DEFAULT_SERVER!r}"
        raise UsageError(f"{file} cannot be read: {error}", hint=hint) from None
    for key, value in found.items():
        if key not in _KEYS:
            raise UsageError(f"{file} has a key {key!r} that means nothing", hint=f"it may have {', '.join(_KEYS)}")
        if not isinstance(value, str):
            raise UsageError(f"{file}: {key} has to be text", hint=f'{key} = "..."')
    return found


def _headers(token: str | None, user: str | None) -> dict[str, str]:
    """Who asks.

    Raises:
        UsageError: No header can carry it.
    """
    if token and not (token.isascii() and token.isprintable()):
        raise UsageError("--token has characters that no token has", hint="is the whole of it on one line?")
    if user and not user.isprintable():
        raise UsageError("--as has characters that no name has", hint="letters, digits and spaces will do")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    as_bytes = (user or "").encode(errors="replace").decode("latin-1")  # UTF-8, in the bytes that a header has
    return headers | ({"Durably-User": as_bytes} if user else {})


def _has_port(url: str) -> bool:
    """Whether the port, if there is one, is a port."""
    try:
        return (urlsplit(url).port or 1) > 0
    except ValueError:
        return False
