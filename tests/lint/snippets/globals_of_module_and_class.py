COUNT = 0
CACHE = {}
RATES = {"a": 1}
NAMES = ["a", "b"]


class Config:
    limit = 5
    hits = 0


def bump(x):
    CACHE[x] = 1


def wf(ctx: DaprWorkflowContext, x):
    global COUNT
    COUNT += 1  # <- GLOBALS
    v = CACHE.get(x)  # <- GLOBALS
    r = RATES["a"]
    Config.hits += 1  # <- GLOBALS
    l = Config.limit
    for n in NAMES:
        yield ctx.call_activity("a", input=n)
