import time


class Base:
    def stamp(self):
        return time.time()  # <- CLOCK


class Child(Base):
    def stamp(self):
        return super().stamp()


def slow(x):
    return time.monotonic()  # <- CLOCK


def fast(x):
    return 1


TABLE = {"slow": slow, "fast": fast}


def w(ctx: DaprWorkflowContext, x):
    c = Child().stamp()
    v = TABLE[x["kind"]](x)
    yield ctx.call_activity("q", input=v)
