"""UNYIELDED, DIRECT, PAYLOAD, UNREGISTERED, REPLAYING: how activities and children are called."""

from typing import Final

from durably.lint.rulebook.rule import Rule

SCHEDULING: Final = (
    Rule(
        id="UNYIELDED",
        title="a task that nothing waits for",
        why="Without `yield` the workflow goes on with a task in the place of its result, may end before it is done,"
        " and never hears that it failed.",
        hint="put `yield` before it, or before the `when_all` or `when_any` that it goes into",
        bad="""\
def order(ctx: WorkflowContext, order: dict):
    ctx.call_activity("charge", input=order)
    yield ctx.call_activity("ship", input=order)
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input=order)
    yield ctx.call_activity("ship", input=order)
""",
        fixes="where the call is a statement of its own; look at it: the workflow then waits",
    ),
    Rule(
        id="DIRECT",
        title="an activity called as a function",
        why="It then runs inside the workflow, at every replay again; nothing is recorded, nothing is tried again.",
        hint="write `yield ctx.call_activity(...)`",
        bad="""\
def charge(ctx: WorkflowActivityContext, order: dict) -> str:
    return "charged"


def order(ctx: WorkflowContext, order: dict):
    charged = charge(ctx, order)
    yield ctx.call_activity("ship", input=charged)
""",
        good="""\
def charge(ctx: WorkflowActivityContext, order: dict) -> str:
    return "charged"


def order(ctx: WorkflowContext, order: dict):
    charged = yield ctx.call_activity(charge, input=order)
    yield ctx.call_activity("ship", input=charged)
""",
    ),
    Rule(
        id="PAYLOAD",
        title="an input that no history can hold, or several",
        why="Inputs are written into the history as JSON. A set, a datetime, a lambda or an open file is refused, and"
        " so is a second argument.",
        hint="pass one value that JSON can hold",
        bad="""\
def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input={"items": {1, 2, 3}})
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input={"items": [1, 2, 3]})
""",
    ),
    Rule(
        id="REPLAYING",
        title="a step that a replay leaves out or adds",
        why="A replay has to come to the same steps as the first run did. What hangs on `ctx.is_replaying` is another"
        " step, or none, the second time, and the history no longer fits. It is there for what only tells something.",
        hint="take the step in both, and keep `is_replaying` for logging",
        bad="""\
def order(ctx: WorkflowContext, order: dict):
    if not ctx.is_replaying:
        yield ctx.call_activity("charge", input=order)
    yield ctx.call_activity("ship", input=order)
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    if not ctx.is_replaying:
        print("charging", order["id"])
    yield ctx.call_activity("charge", input=order)
    yield ctx.call_activity("ship", input=order)
""",
    ),
    Rule(
        id="UNREGISTERED",
        title="a name that no worker knows",
        why="The engine hands the call out under its name; where nobody has registered it, the workflow fails or"
        " waits for ever. Checked only in projects that register something; calls with `app_id` are left alone.",
        hint="register it, or correct the name",
        bad="""\
def charge(ctx: WorkflowActivityContext, order: dict) -> str:
    return "charged"


def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity(charge, input=order)


def main(runtime) -> None:
    runtime.register_workflow(order)
""",
        good="""\
def charge(ctx: WorkflowActivityContext, order: dict) -> str:
    return "charged"


def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity(charge, input=order)


def main(runtime) -> None:
    runtime.register_workflow(order)
    runtime.register_activity(charge)
""",
    ),
)
