from os import listdir
import os


def w(ctx: DaprWorkflowContext, x):
    for e in sorted({"b", "a"} | set(x)):
        yield ctx.call_activity("a", input=e)
    a = set(x) & {"q"}
    yield when_all([ctx.call_activity("a", input=e) for e in a])  # <- UNORDERED
    b = x.keys() - {"q"}
    for e in b:  # <- UNORDERED
        yield from step(ctx, e)
    n = len([e for e in a if e])
    names: list[str] = [*a]  # <- UNORDERED
    for i, e in enumerate(a):  # <- UNORDERED
        yield ctx.call_activity("a", input=e)
    d = dict.fromkeys(a)  # <- UNORDERED
    e = a.pop()  # <- UNORDERED
    out = []
    for e in a:  # <- UNORDERED
        out.append(e)
    yield ctx.call_activity("a", input=out)
    best = max((e for e in a), default=0)
    a2 = sorted(a)
    for e in a2:
        yield ctx.call_activity("a", input=e)
    k = sorted(x, key=id)  # <- UNORDERED
    k = sorted(x, key=hash)  # <- UNORDERED
    k = {e: 1 for e in a}  # <- UNORDERED
    z = {e for e in a}
    x = sorted(e.upper() for e in a)
    y = "a" in a
    if any(e == 1 for e in a):
        return sum(len(e) for e in a)


def step(ctx, e):
    yield ctx.call_activity("a", input=e)
