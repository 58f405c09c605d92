"""UNBOUNDED, DEADLINE, CATCH_ALL: how a workflow waits, and what it catches meanwhile."""

from typing import Final

from durably.lint.rulebook.rule import Rule

WAITING: Final = (
    Rule(
        id="UNBOUNDED",
        title="a loop without an end",
        why="The history grows with every turn, each turn replays all of it, and above a limit the instance stalls.",
        hint="begin anew with `ctx.continue_as_new(...)`, or give the loop a bound",
        bad="""\
from datetime import timedelta


def watch(ctx: WorkflowContext, site: str):
    while True:
        yield ctx.call_activity("look", input=site)
        yield ctx.create_timer(timedelta(minutes=5))
""",
        good="""\
from datetime import timedelta


def watch(ctx: WorkflowContext, site: str):
    yield ctx.call_activity("look", input=site)
    yield ctx.create_timer(timedelta(minutes=5))
    ctx.continue_as_new(site)
""",
    ),
    Rule(
        id="DEADLINE",
        title="an event without a deadline",
        why="If nobody sends it, the workflow waits for ever, and nobody is told.",
        hint="give it `timeout=...`, or race it with a timer in `when_any`",
        bad="""\
def order(ctx: WorkflowContext, order: dict):
    paid = yield ctx.wait_for_external_event("paid")
    yield ctx.call_activity("ship", input=paid)
""",
        good="""\
from datetime import timedelta


def order(ctx: WorkflowContext, order: dict):
    paid = yield ctx.wait_for_external_event("paid", timeout=timedelta(days=3))
    yield ctx.call_activity("ship", input=paid)
""",
    ),
    Rule(
        id="CATCH_ALL",
        title="everything is caught around a `yield`",
        why="At a `yield` the failure of an activity comes out, as `TaskFailedError`. Who catches everything also takes"
        " a mistake of the workflow itself for one, such as a missing key or an input that is no JSON, compensates for"
        " it, and ends well: nobody ever sees the mistake. A bare `except` even takes the engine's closing of the"
        " generator.",
        hint="catch `TaskFailedError`, or what you expect, or raise it again",
        bad="""\
def order(ctx: WorkflowContext, order: dict):
    try:
        yield ctx.call_activity("charge", input=order)
    except Exception:
        yield ctx.call_activity("cancel", input=order)
""",
        good="""\
from dapr.ext.workflow import TaskFailedError


def order(ctx: WorkflowContext, order: dict):
    try:
        yield ctx.call_activity("charge", input=order)
    except TaskFailedError:
        yield ctx.call_activity("cancel", input=order)
""",
    ),
)
