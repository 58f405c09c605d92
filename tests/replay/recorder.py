"""Records how the released versions go: `python -m tests.replay.recorder embedded|dapr [PATH...]`.

Run it when a version is released, for that version. What stands in `histories/` of older ones stays as it is: it is
what instances were recorded as, and the test holds today's code to it.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from durably.contracts.recordings import Recording
from durably.engine.registry import WorkflowDefinition
from tests.harness.stack import make_engine
from tests.replay.paths import OLD_TASK_PATHS, PATHS
from tests.replay.paths import Path as Way
from tests.replay.stage import BEFORE_APPROVALS, staged

HISTORIES: Final = Path(__file__).parent / "histories"
_ROOT: Final = Path(__file__).parents[2]


async def record(kind: str, wanted: Sequence[str]) -> None:
    """Go all paths on an engine of one kind, and write what it recorded."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(kind, Path(folder))
        await engine.start()
        try:
            await _go(kind, engine.grpc_port, Path(folder), "v1", OLD_TASK_PATHS, latest=BEFORE_APPROVALS)
            ways = [way for way in PATHS if not wanted or way.__name__ in wanted]
            await _go(kind, engine.grpc_port, Path(folder), "now", ways)
        finally:
            await engine.stop()


async def _go(
    kind: str,
    port: int,
    folder: Path,
    label: str,
    ways: Sequence[Way],
    *,
    latest: tuple[WorkflowDefinition, ...] = (),
) -> None:
    async with staged(port, folder, latest=latest) as stage:
        for way in ways:
            instance_id = await way(stage, f"{way.__name__.replace('_', '-')}-{label}")
            _write(kind, way.__name__, await stage.recording(instance_id))


def _write(kind: str, name: str, recording: Recording) -> None:
    file = HISTORIES / f"{recording.workflow}.{recording.version}.{name}.{kind}.json"
    text = json.dumps(recording.model_dump(mode="json", exclude_none=True), ensure_ascii=False, indent=1)
    file.write_text(text.replace(f"{_ROOT}/", "") + "\n", encoding="utf-8")  # stack traces name files


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1], sys.argv[2:]))
