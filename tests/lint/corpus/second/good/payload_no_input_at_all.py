# near: PAYLOAD
from datetime import timedelta

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()
POLICY = wf.RetryPolicy(first_retry_interval=timedelta(seconds=2), max_number_of_attempts=4)


@wfr.activity
def rotate_logs(ctx: wf.WorkflowActivityContext) -> int:
    return 3


@wfr.activity
def report(ctx: wf.WorkflowActivityContext, counts: list) -> None: ...


@wfr.workflow
def housekeeping(ctx: wf.DaprWorkflowContext):
    counts = []
    for _ in range(2):
        counts.append((yield ctx.call_activity(rotate_logs, retry_policy=POLICY)))
    yield ctx.call_activity(report, input=[count for count in counts if count], retry_policy=POLICY)
