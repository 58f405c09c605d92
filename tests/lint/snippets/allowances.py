import time


def w(ctx: DaprWorkflowContext, x):
    # durably: allow[CLOCK] it is only shown
    a = time.time()
    b = time.time()  # durably: allow[CLOCK] it is only shown
    c = time.time()  # durably: allow[RANDOM] another rule # <- CLOCK, ALLOW
    d = 1  # durably: allow[NOPE] because # <- ALLOW
    yield ctx.call_activity(
        "a",
        input=time.time(),  # durably: allow[CLOCK] it is only shown
    )
    e = time.time()  # noqa: E501  # durably: allow[CLOCK] it is only shown
    # durably: allow[CLOCK] it is only shown
    yield ctx.call_activity(
        "a",
        input=time.time(),
    )
    yield ctx.call_activity(
        "a",
        input=[
            time.time(),
        ],
    )  # durably: allow[CLOCK] it is only shown
    yield ctx.call_activity(
        "a",
        input=[
            time.time(),  # durably: allow[CLOCK] it is only shown
            time.time(),  # <- CLOCK
        ],
    )
    # durably: allow[CLOCK] a head is not what stands below it # <- ALLOW
    if x:
        f = time.time()  # <- CLOCK
