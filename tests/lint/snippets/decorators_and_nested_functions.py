import functools, time


def timed(f):
    @functools.wraps(f)
    def inner(*a, **k):
        start = time.time()  # <- CLOCK
        return f(*a, **k)

    return inner


@timed
def wf(ctx: DaprWorkflowContext, x):
    def local(i):
        return time.monotonic()  # <- CLOCK

    def unused():
        return time.time()

    y = sorted(x, key=local)
    z = max(x, key=lambda i: time.time())  # <- CLOCK
    yield ctx.call_activity("a", input=y)
