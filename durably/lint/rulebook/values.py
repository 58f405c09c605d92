"""CLOCK, RANDOM, UUID, ENV, UNORDERED: values that a replay does not find again."""

from typing import Final

from durably.lint.rulebook.rule import Rule

VALUES: Final = (
    Rule(
        id="CLOCK",
        title="the clock is read",
        why="A replay reads another time than the first run, and may decide otherwise: the history no longer fits.",
        hint="take the time from `ctx.current_utc_datetime`, or have an activity read the clock",
        bad="""\
from datetime import UTC, datetime


def order(ctx: WorkflowContext, order: dict):
    deadline = datetime.now(UTC)
    yield ctx.call_activity("charge", input=deadline.isoformat())
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    deadline = ctx.current_utc_datetime
    yield ctx.call_activity("charge", input=deadline.isoformat())
""",
        fixes="`datetime.now(UTC)` and `datetime.utcnow()`; what is the local time is left to you",
    ),
    Rule(
        id="RANDOM",
        title="something is drawn at random",
        why="A replay draws another value, and may go another way than the one that the history records.",
        hint="draw it in an activity, or seed `random.Random` with what is in the input",
        bad="""\
import random


def order(ctx: WorkflowContext, order: dict):
    if random.random() < 0.1:
        yield ctx.call_activity("inspect", input=order)
""",
        good="""\
import random


def order(ctx: WorkflowContext, order: dict):
    if random.Random(ctx.instance_id).random() < 0.1:
        yield ctx.call_activity("inspect", input=order)
""",
    ),
    Rule(
        id="UUID",
        title="a new id is made",
        why="A replay makes another id: what was done under the first one is not found again, and is done twice.",
        hint="use `ctx.uuid4()`, which a replay makes again, `uuid5` of what is in the input, or an activity",
        bad="""\
import uuid


def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input={"key": str(uuid.uuid4())})
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input={"key": str(ctx.uuid4())})
""",
        fixes="`uuid.uuid4()`",
    ),
    Rule(
        id="ENV",
        title="the process is looked at",
        why="A workflow goes on in another process, with another environment, host, argument or version.",
        hint="put it into the input, or have an activity read it: then it stands in the history",
        bad="""\
import os


def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input={"region": os.environ["REGION"]})
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    region = yield ctx.call_activity("read_region")
    yield ctx.call_activity("charge", input={"region": region})
""",
    ),
    Rule(
        id="UNORDERED",
        title="the order of a set decides",
        why="Texts hash differently in every process, so a set has another order there, and a replay asks for the"
        " same activities in another one. `hash()` and `id()` differ in the same way; `as_completed` and listings of"
        " folders have no order either.",
        hint="put it in order first: `sorted(...)`",
        bad="""\
def order(ctx: WorkflowContext, order: dict):
    for item in set(order["items"]):
        yield ctx.call_activity("reserve", input=item)
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    for item in sorted(set(order["items"])):
        yield ctx.call_activity("reserve", input=item)
""",
        fixes="where all elements are known to be texts or numbers",
    ),
)
