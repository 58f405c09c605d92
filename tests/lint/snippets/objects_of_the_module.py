class Log:
    def __init__(self, ctx, logger):
        self.ctx = ctx
        self.logger = logger

    def info(self, text):
        if not self.ctx.is_replaying:
            self.logger.info(text)


class Stats:
    def __init__(self):
        self.seen = []
        self.name = "x"

    def add(self, x):
        self.seen.append(x)

    def all(self):
        return self.seen

    def title(self):
        return self.name


stats = Stats()


def w(ctx: DaprWorkflowContext, x):
    log = Log(ctx, None)
    log.info("x")
    tell = print if not ctx.is_replaying else (lambda *a: None)
    tell("x")
    stats.add(x)  # <- GLOBALS
    y = stats.all()  # <- GLOBALS
    z = stats.title()
    while not x["done"]:  # <- UNBOUNDED
        x = yield ctx.call_activity("look", input=x)
        yield ctx.create_timer(5)
    while ctx.current_utc_datetime < x["end"]:
        yield ctx.create_timer(5)
    left = 5
    while left:
        left -= 1
        yield ctx.create_timer(5)
    items = list(x)
    while items:
        i = items.pop()
        yield ctx.create_timer(5)
    try:
        yield ctx.call_activity("look", input=x, other=y)  # <- PAYLOAD
    except TaskFailedError as e:
        yield ctx.call_activity("look", input=e)  # <- PAYLOAD
        yield ctx.call_activity("look", input=str(e))
    a, b = ctx.call_activity("q"), ctx.call_activity("r")  # <- UNYIELDED
    yield a
    tasks = {}
    tasks["x"] = ctx.call_activity("q")  # <- UNYIELDED
    more = {}
    more["x"] = ctx.call_activity("q")
    yield when_all(list(more.values()))
    g = sub(ctx)  # <- UNYIELDED
    h = sub(ctx)
    yield from h
    for n in numbers():
        yield ctx.call_activity("q", input=n)
    for t in tags(x):  # <- UNORDERED
        yield ctx.call_activity("q", input=t)


def sub(ctx):
    yield ctx.create_timer(5)


def numbers():
    yield 1


def tags(x):
    return {t for t in x}
