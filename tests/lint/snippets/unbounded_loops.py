import itertools


def wf(ctx: DaprWorkflowContext, x):
    while True:  # <- UNBOUNDED
        yield ctx.create_timer(5)
    for i in itertools.count():  # <- UNBOUNDED
        yield ctx.create_timer(5)


def wf2(ctx: DaprWorkflowContext, x):
    n = 0
    while n < 5:
        n += 1
        yield ctx.create_timer(5)
    while True:
        x = x.next
        if not x:
            break
