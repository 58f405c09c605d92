# near: UNYIELDED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def send(ctx: wf.WorkflowActivityContext, message: dict) -> str:
    return message["to"]


class Post:
    def __init__(self, ctx: wf.DaprWorkflowContext) -> None:
        self.ctx = ctx
        self.pending = []

    def to(self, person: str, text: str):
        task = self.ctx.call_activity(send, input={"to": person, "text": text})
        self.pending.append(task)
        return task


@wfr.workflow
def newsletter(ctx: wf.DaprWorkflowContext, issue: dict):
    post = Post(ctx)
    yield post.to(issue["editor"], "going out")
    for reader in issue["readers"]:
        post.to(reader, issue["text"])
    return (yield wf.when_all(post.pending))
