# expect: PAYLOAD
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def _by_name(person: dict) -> str:
    return person["name"]


@wfr.workflow
def sort_people(ctx: wf.DaprWorkflowContext, people: list):
    yield ctx.call_activity(record, input=ctx)  # <- PAYLOAD
    return (yield ctx.call_activity(sort_by, input={"people": people, "key": _by_name}))  # <- PAYLOAD


@wfr.activity
def record(ctx: wf.WorkflowActivityContext, what: object) -> None: ...


@wfr.activity
def sort_by(ctx: wf.WorkflowActivityContext, wanted: dict) -> list:
    return sorted(wanted["people"], key=wanted["key"])
