# expect: FILES
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry

RULES = Path("/etc/claims/rules.json")


def settle_claim(ctx: WorkflowContext, claim: dict[str, Any]) -> Generator[Any, Any, str]:
    """Settle a claim by the rules that are installed."""
    rules = json.loads(RULES.read_text(encoding="utf-8"))  # <- FILES
    limit = rules.get(claim["kind"], 0)
    if claim["cents"] > limit:
        yield ctx.call_activity("hand_to_clerk", input=claim, retry_policy=retry(LOCAL))
        return "handed over"
    yield ctx.call_activity("pay_out", input=claim, retry_policy=retry(LOCAL))
    return "paid"
