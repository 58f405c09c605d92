# near: GLOBALS
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()

_clients: dict[str, object] = {}
results = []


def _client(region: str) -> object:
    if region not in _clients:
        _clients[region] = object()
    return _clients[region]


@wfr.activity
def query(ctx: wf.WorkflowActivityContext, region: str) -> int:
    results.append(region)
    return len(str(_client(region)))


@wfr.workflow
def query_all(ctx: wf.DaprWorkflowContext, regions: list):
    results = []
    for region in regions:
        results.append((yield ctx.call_activity(query, input=region)))
    return results
