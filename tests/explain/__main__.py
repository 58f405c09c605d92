"""Writes docs/how-replay-works.md anew: `make explain`."""

import asyncio
import tempfile
from pathlib import Path

from tests.explain.account import account
from tests.explain.page import PAGE, document


async def explained(folder: Path) -> str:
    """The page, after both runs.

    Args:
        folder: For state and logs.
    """
    straight, killed = folder / "straight", folder / "killed"
    return document(await account(straight), await account(killed, kill_in=2))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(asyncio.run(explained(Path(folder))), encoding="utf-8")
