# expect: UNREGISTERED
import dapr.ext.workflow as wf

app = wf.WorkflowRuntime()


def lint_text(ctx: wf.WorkflowActivityContext, text: str) -> list:
    return [word for word in text.split() if not word.isalpha()]


@app.activity
def publish_text(ctx: wf.WorkflowActivityContext, text: str) -> int:
    return len(text)


@app.workflow
def newsletter(ctx: wf.DaprWorkflowContext, text: str):
    problems = yield ctx.call_activity(lint_text, input=text)  # <- UNREGISTERED
    if problems:
        return problems
    return (yield ctx.call_activity(publish_text, input=text))
