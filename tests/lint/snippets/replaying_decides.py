from datetime import timedelta


def skips(ctx: DaprWorkflowContext, x):
    if not ctx.is_replaying:
        yield ctx.call_activity("a", input=x)  # <- REPLAYING
    yield ctx.call_activity("b", input=x)


def counts(ctx: DaprWorkflowContext, x):
    n = 3 if ctx.is_replaying else 4
    for each in range(n):
        yield ctx.call_activity("a", input=each)  # <- REPLAYING
    live = not ctx.is_replaying
    yield ctx.call_activity("a", input=x) if live else ctx.create_timer(timedelta(1))  # <- REPLAYING
    yield ctx.call_activity("a", input={"live": live})  # <- REPLAYING


def leaves(ctx: DaprWorkflowContext, x):
    if ctx.is_replaying:
        return
    yield ctx.call_activity("a", input=x)  # <- REPLAYING


def otherwise(ctx: DaprWorkflowContext, x):
    tasks = []
    if ctx.is_replaying and x:
        pass
    else:
        tasks.append(ctx.call_activity("a", input=x))  # <- REPLAYING
    ctx.is_replaying or tasks.append(ctx.call_activity("b", input=x))  # <- REPLAYING
    yield when_all(tasks)


def tells(ctx: DaprWorkflowContext, x):
    live = not ctx.is_replaying
    tell = print if not ctx.is_replaying else str
    tell("begins")
    for each in x:
        if live:
            print(each)
        done = yield ctx.call_activity("a", input=each)
        if not ctx.is_replaying and done:
            print(done)
    if x:
        yield ctx.call_activity("b", input=x)


def told(ctx: DaprWorkflowContext, x):
    def say(text):
        if ctx.is_replaying:
            return
        print(text)

    say("begins")
    yield ctx.call_activity("a", input=x)
