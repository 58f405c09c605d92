# expect: RANDOM
import random
from datetime import timedelta

from dapr.ext.workflow import DaprWorkflowContext, TaskFailedError


class Backoff:
    def __init__(self, base: float) -> None:
        self.base = base

    def pause(self, attempt: int) -> timedelta:
        return timedelta(seconds=self.base * 2**attempt + random.uniform(0, 1))  # <- RANDOM


def sync_ledger(ctx: DaprWorkflowContext, account: str):
    backoff = Backoff(base=3)
    for attempt in range(6):
        try:
            return (yield ctx.call_activity("pull_ledger", input=account))
        except TaskFailedError:
            yield ctx.create_timer(backoff.pause(attempt))
    return None
