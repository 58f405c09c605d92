# expect: RANDOM
from collections.abc import Generator
from typing import Any

import numpy as np

from durably.authoring import LOCAL, WorkflowContext, retry, when_all


def audit_sample(ctx: WorkflowContext, batch: dict[str, Any]) -> Generator[Any, Any, list[str]]:
    """Have a tenth of the batch looked at again."""
    ids = yield ctx.call_activity("list_batch", input=batch["id"], retry_policy=retry(LOCAL))
    size = max(1, len(ids) // 10)
    chosen = np.random.default_rng().choice(ids, size=size, replace=False)  # <- RANDOM
    findings = yield when_all([ctx.call_activity("inspect", input=str(one)) for one in chosen])
    return [finding for finding in findings if finding]
