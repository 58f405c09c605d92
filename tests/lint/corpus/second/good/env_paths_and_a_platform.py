# near: ENV, FILES
import os.path
from collections.abc import Generator
from pathlib import PurePath
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def pack_game(ctx: WorkflowContext, game: dict[str, Any]) -> Generator[Any, Any, list[str]]:
    """Pack a game for each platform."""
    packed = []
    for platform in game["platforms"]:
        target = PurePath("dist") / platform["name"] / f"{game['name']}-{game['version']}"
        source = os.path.normpath(os.path.join("build", platform["name"]))
        job = {"from": source, "to": target.as_posix(), "node": platform["node"]}
        packed.append((yield ctx.call_activity("pack", input=job, retry_policy=retry(LOCAL))))
    return packed
