"""Command line tools, with a time limit and their output in the error."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT
from typing import Final

_WITHIN_S: Final = 30.0


async def run(*command: str, within_s: float = _WITHIN_S, check: bool = True) -> str:
    """Run a command and return what it printed.

    Args:
        command: The command and its arguments.
        within_s: Seconds until it is killed.
        check: Whether a failure is one of the test.

    Raises:
        AssertionError: It failed, or took too long.
    """
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT)
    try:
        async with asyncio.timeout(within_s):
            printed, _ = await process.communicate()
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise AssertionError(f"{' '.join(command)} took longer than {within_s:g} s") from error
    text = printed.decode(errors="replace")
    if check and process.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {process.returncode}:\n{text}")
    return text
