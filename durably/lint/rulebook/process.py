"""FILES, NETWORK, THREADS, ASYNCIO, GLOBALS: effects, and what belongs to one process."""

from typing import Final

from durably.lint.rulebook.rule import Rule

PROCESS: Final = (
    Rule(
        id="FILES",
        title="the file system is touched",
        why="It is done again at every replay, on whatever machine that is, and what is read may have changed.",
        hint="do it in an activity, and give its result to the workflow",
        bad="""\
from pathlib import Path


def report(ctx: WorkflowContext, name: str):
    text = Path(name).read_text()
    yield ctx.call_activity("send", input=text)
""",
        good="""\
def report(ctx: WorkflowContext, name: str):
    text = yield ctx.call_activity("read_report", input=name)
    yield ctx.call_activity("send", input=text)
""",
    ),
    Rule(
        id="NETWORK",
        title="something outside is talked to",
        why="It is done again at every replay, may answer otherwise, and holds up the worker. So do other processes.",
        hint="do it in an activity: its result is recorded, and it is tried again when it fails",
        bad="""\
import requests


def order(ctx: WorkflowContext, order: dict):
    rate = requests.get("https://rates.example.com/eur", timeout=5).json()
    yield ctx.call_activity("charge", input=rate)
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    rate = yield ctx.call_activity("fetch_rate", input="eur")
    yield ctx.call_activity("charge", input=rate)
""",
    ),
    Rule(
        id="THREADS",
        title="threads, processes, or a sleep",
        why="Which thread is first differs from run to run; and a workflow that sleeps holds up the whole worker.",
        hint="wait with `yield ctx.create_timer(...)`, do things side by side with `when_all`, compute in an activity",
        bad="""\
import time


def order(ctx: WorkflowContext, order: dict):
    time.sleep(60)
    yield ctx.call_activity("charge", input=order)
""",
        good="""\
from datetime import timedelta


def order(ctx: WorkflowContext, order: dict):
    yield ctx.create_timer(timedelta(seconds=60))
    yield ctx.call_activity("charge", input=order)
""",
    ),
    Rule(
        id="ASYNCIO",
        title="asyncio in a workflow",
        why="A workflow is a generator that the engine runs: an `async def` gives it a coroutine that nobody awaits,"
        " and what an event loop does in between is in no history.",
        hint="write `def` and `yield`; activities may be `async def`",
        bad="""\
async def order(ctx: WorkflowContext, order: dict):
    return await ctx.call_activity("charge", input=order)
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    return (yield ctx.call_activity("charge", input=order))
""",
    ),
    Rule(
        id="GLOBALS",
        title="state that executions share",
        why="What another workflow, or an earlier replay, has changed meanwhile is not what the first run has seen.",
        hint="keep it in local variables, in the input, or behind an activity",
        bad="""\
SEEN = []


def order(ctx: WorkflowContext, order: dict):
    SEEN.append(order["id"])
    yield ctx.call_activity("charge", input=order)
""",
        good="""\
LIMITS = ("eur", "usd")


def order(ctx: WorkflowContext, order: dict):
    seen = [order["id"], *LIMITS]
    yield ctx.call_activity("charge", input=seen)
""",
    ),
)
