# expect: CLOCK
from datetime import datetime

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow(name="nightly_report")
def nightly_report(ctx: wf.DaprWorkflowContext, region: str):
    rows = yield ctx.call_activity(collect_rows, input=region)
    name = f"{region}-{datetime.now():%Y%m%d}.csv"  # <- CLOCK
    yield ctx.call_activity(store_report, input={"name": name, "rows": rows})
    return name


@wfr.activity
def collect_rows(ctx: wf.WorkflowActivityContext, region: str) -> list[str]:
    return [f"{region};1", f"{region};2"]


@wfr.activity
def store_report(ctx: wf.WorkflowActivityContext, report: dict) -> None:
    print(f"storing {report['name']}")
