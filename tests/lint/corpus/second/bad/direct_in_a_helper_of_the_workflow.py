# expect: DIRECT
import dapr.ext.workflow as wf


def grade(ctx: wf.WorkflowActivityContext, paper: dict) -> int:
    return sum(answer["points"] for answer in paper["answers"])


def write_mark(ctx: wf.WorkflowActivityContext, mark: dict) -> None: ...


def _average(ctx: wf.DaprWorkflowContext, papers: list) -> float:
    return sum(grade(ctx, paper) for paper in papers) / len(papers)  # <- DIRECT


def mark_class(ctx: wf.DaprWorkflowContext, course: dict):
    average = _average(ctx, course["papers"])
    yield ctx.call_activity(write_mark, input={"course": course["id"], "average": average})
    return average


runtime = wf.WorkflowRuntime()
runtime.register_workflow(mark_class)
runtime.register_activity(grade)
runtime.register_activity(write_mark)
