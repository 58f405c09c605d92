# near: UNBOUNDED
from datetime import timedelta

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def collect_votes(ctx: wf.DaprWorkflowContext, tally: dict):
    votes = 0
    while True:
        vote = ctx.wait_for_external_event("vote")
        closing = ctx.create_timer(timedelta(hours=1))
        winner = yield wf.when_any([vote, closing])
        if winner is closing:
            return tally
        choice = vote.get_result()
        tally[choice] = tally.get(choice, 0) + 1
        votes += 1
        if votes >= 100:
            ctx.continue_as_new(tally, save_events=True)
            return None
