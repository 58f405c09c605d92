import dapr.ext.workflow as wf


def w(ctx: wf.DaprWorkflowContext, job):
    status = "new"
    while status not in ("done", "failed"):  # <- UNBOUNDED
        status = yield ctx.call_activity("look", input=job)
        yield ctx.create_timer(5)


def v(ctx: wf.DaprWorkflowContext, job):
    while 1:  # <- UNBOUNDED
        try:
            yield ctx.call_activity("look", input=job)
            break
        except wf.TaskFailedError:
            yield ctx.create_timer(5)


def u(ctx: wf.DaprWorkflowContext, job):
    for attempt in range(5):
        yield ctx.create_timer(5)
    cursor = ""
    while cursor is not None:
        page = yield ctx.call_activity("page", input=cursor)
        cursor = page["next"]


def t(ctx: wf.DaprWorkflowContext, job):
    rounds = job.get("rounds", 0)
    while True:
        yield ctx.create_timer(5)
        rounds += 1
        if rounds > 100:
            ctx.continue_as_new({"rounds": 0})
            return
