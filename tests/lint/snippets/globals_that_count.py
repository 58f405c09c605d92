import itertools

ids = itertools.count()
names = iter(["a"])
TABLE = []
TABLE.append(("a", 1))
LIMITS = {"a": 1}


def reload():
    global LIMITS
    LIMITS = {}


def w(ctx: DaprWorkflowContext, x):
    n = next(ids)  # <- GLOBALS
    for t in TABLE:
        yield ctx.call_activity("a", input=t)
    y = LIMITS["a"]  # <- GLOBALS
    w.calls = 1  # <- GLOBALS
