# near: LOGGING
import math
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


class Log:
    """A trunk that is sawn."""

    def __init__(self, metres: float) -> None:
        self.metres = metres

    def info(self, parts: int) -> dict[str, float]:
        return {"parts": parts, "each": self.metres / parts}


def saw(ctx: WorkflowContext, trunk: dict[str, Any]) -> Generator[Any, Any, dict[str, float]]:
    log = Log(trunk["metres"])
    parts = 2 ** math.ceil(math.log2(log.metres))
    yield ctx.call_activity("saw", input=log.info(parts), retry_policy=retry(LOCAL))
    return log.info(parts)
