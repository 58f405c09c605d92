# near: RANDOM
import random
import secrets

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def draw(ctx: wf.WorkflowActivityContext, tickets: list) -> str:
    return random.Random(secrets.token_bytes(16)).choice(tickets)


@wfr.activity
def hand_over_prize(ctx: wf.WorkflowActivityContext, ticket: str) -> None: ...


@wfr.workflow
def raffle(ctx: wf.DaprWorkflowContext, tickets: list):
    winner = yield ctx.call_activity(draw, input=tickets)
    yield ctx.call_activity(hand_over_prize, input=winner)
    return winner
