"""The `durably` command as its user meets it: in a pipe, or in a terminal."""

import asyncio
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from typing import Any, Final, Self

from tests.harness.waiting import true, until

COMMAND: Final = (sys.executable, "-m", "durably.cli")
"""How it is started."""
_SIZE: Final = ("COLUMNS", "LINES")
"""Where a shell says how large its terminal is, which is not the one that a command is given here."""
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE_S: Final = 60
"""How long a command may take on a machine that is busy with other things."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


class Command:
    """Runs `durably` against one server.

    Args:
        url: The server.
        home: The home of its user, with the configuration; an empty folder.
    """

    def __init__(self, url: str, home: Path) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("DURABLY_", *_SIZE))}
        self.env: dict[str, str] = {
            **ours,
            "DURABLY_SERVER": url,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "TERM": "xterm-256color",
        }

    async def run(self, *words: str, stdin: str | None = None, env: Mapping[str, str] | None = None) -> Outcome:
        """Run it in a pipe, to its end."""
        process = await self.spawn(*words, stdin=stdin is not None, env=env)
        given = None if stdin is None else stdin.encode()
        out, err = await asyncio.wait_for(process.communicate(given), PATIENCE_S)
        assert process.returncode is not None
        return Outcome(process.returncode, out.decode(), err.decode())

    async def spawn(
        self,
        *words: str,
        stdin: bool = False,
        stdout: int = asyncio.subprocess.PIPE,
        env: Mapping[str, str] | None = None,
    ) -> asyncio.subprocess.Process:
        """Start it, with pipes to read from."""
        return await asyncio.create_subprocess_exec(
            *COMMAND,
            *words,
            env=self.env | dict(env or {}),
            stdin=asyncio.subprocess.PIPE if stdin else asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE,
        )

    async def ok(self, *words: str, **options: Any) -> Outcome:
        """Run it, and insist that it succeeds."""
        outcome = await self.run(*words, **options)
        assert outcome.code == 0, (words, outcome)
        return outcome

    def in_terminal(self, *words: str, columns: int = 140) -> "Terminal":
        """Run it in a terminal of its own."""
        return Terminal([*COMMAND, *words], self.env, columns=columns)


class Terminal:
    """A pseudo-terminal with a command in it, as a context manager.

    Args:
        command: The command line.
        env: Its environment.
        columns: How wide the terminal is.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str], *, columns: int) -> None:
        self._main, inner = pty.openpty()
        ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self._raw = b""
        self.process = subprocess.Popen(
            command, env=env, stdin=inner, stdout=inner, stderr=inner, start_new_session=True, close_fds=True
        )
        os.close(inner)
        self._reading = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(self._main, self._read)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        asyncio.get_running_loop().remove_reader(self._main)
        os.close(self._main)

    @property
    def raw(self) -> str:
        """Everything that was shown, with what steers the terminal."""
        return self._raw.decode(errors="replace")

    @property
    def text(self) -> str:
        """Everything that was shown, without."""
        return _ESCAPES.sub("", self.raw)

    async def shows(self, text: str) -> None:
        """Wait until it has shown a text."""
        await until(true(lambda: text in self.text), what=f"the terminal shows {text!r}", timeout_s=PATIENCE_S)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._main, text.encode())

    def interrupt(self) -> None:
        """What Ctrl-C does, to the process alone: it has no controlling terminal."""
        self.process.send_signal(signal.SIGINT)

    async def ended(self) -> int:
        """The exit code, once it has ended and all of its output was read."""
        await asyncio.wait_for(self._reading, PATIENCE_S)
        return await asyncio.to_thread(self.process.wait, PATIENCE_S)

    def _read(self) -> None:
        try:
            piece = os.read(self._main, 65_536)
        except OSError:  # nobody has the other end any more
            piece = b""
        self._raw += piece
        if not piece:
            asyncio.get_running_loop().remove_reader(self._main)
            if not self._reading.done():
                self._reading.set_result(None)
