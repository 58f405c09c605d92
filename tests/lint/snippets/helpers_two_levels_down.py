from datetime import datetime

try:
    import ujson as json
except ImportError:
    json = None


def age(born):
    today = datetime.now()  # <- CLOCK
    return today.year - born


def describe(x):
    return f"{age(x)} years"


def wf(ctx: DaprWorkflowContext, x):
    text = describe(x["born"])
    yield ctx.call_activity("a", input=json.dumps(text))
