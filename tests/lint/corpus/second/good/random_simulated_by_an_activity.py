# near: RANDOM
import random

import dapr.ext.workflow as wf
import numpy as np

wfr = wf.WorkflowRuntime()


def _dice(count: int) -> list[int]:
    return [random.randint(1, 6) for _ in range(count)]


@wfr.activity
def roll(ctx: wf.WorkflowActivityContext, count: int) -> list:
    return _dice(count)


@wfr.activity
def estimate(ctx: wf.WorkflowActivityContext, samples: int) -> float:
    points = np.random.default_rng().random((samples, 2))
    return float(4 * np.mean(np.hypot(points[:, 0], points[:, 1]) < 1))


@wfr.workflow
def casino(ctx: wf.DaprWorkflowContext, players: list):
    rolls = yield wf.when_all([ctx.call_activity(roll, input=2) for _ in players])
    pi = yield ctx.call_activity(estimate, input=1000)
    return {"rolls": dict(zip(players, rolls)), "pi": pi}
