# near: NETWORK
import subprocess

import requests
from dapr.clients import DaprClient

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity(name="fetch")
def fetch(ctx: wf.WorkflowActivityContext, address: str) -> str:
    return requests.get(address, timeout=10).text


@wfr.activity(name="scan")
def scan(ctx: wf.WorkflowActivityContext, text: str) -> int:
    return subprocess.run(["wc", "-w"], input=text, text=True, check=False).returncode


@wfr.activity(name="save")
def save(ctx: wf.WorkflowActivityContext, entry: dict) -> None:
    with DaprClient() as client:
        client.save_state("statestore", entry["key"], str(entry["value"]))


@wfr.workflow(name="count_words")
def count_words(ctx: wf.DaprWorkflowContext, address: str):
    text = yield ctx.call_activity("fetch", input=address)
    code = yield ctx.call_activity("scan", input=text)
    yield ctx.call_activity("save", input={"key": address, "value": code})
