# expect: FILES
import csv

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def send_catalogues(ctx: wf.DaprWorkflowContext, path: str):
    sent = 0
    with open(path, newline="") as source:  # <- FILES
        for address in csv.DictReader(source):
            yield ctx.call_activity(send_catalogue, input=address)
            sent += 1
    return sent


@wfr.activity
def send_catalogue(ctx: wf.WorkflowActivityContext, address: dict) -> None: ...
