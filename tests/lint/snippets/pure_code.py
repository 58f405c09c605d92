import dataclasses, enum, re, copy, math, decimal, hashlib, json
from functools import reduce
from collections import Counter, defaultdict


def wf(ctx: DaprWorkflowContext, x):
    c = Counter(x)
    d = defaultdict(list)
    for k, v in x.items():
        d[k].append(v)
    for k in d:
        yield ctx.call_activity("a", input={"k": k, "v": d[k], "h": hashlib.sha256(b"x").hexdigest()})
    total = reduce(lambda a, b: a + b, x, decimal.Decimal(0))
    y = copy.deepcopy(x)
    y.sort()
    y.update(x)
    if "a" in {"a", "b"}:
        yield ctx.create_timer(5)
    return str(total)
