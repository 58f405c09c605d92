"""Workflows that do what their input says, made up at random: whatever code can ask for, in any order and nesting."""

from collections.abc import Generator
from datetime import timedelta
from random import Random
from typing import Any, Final

from durably.domain.policies import RetrySpec
from durably.engine.registry import WorkflowDefinition
from durably.engine.workflow import TaskFailedError, WorkflowContext, retry, when_all, when_any
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.workflows import define
from tests.harness.behaviours.world import Anything

Plan = list[list[Any]]
EVENTS: Final = ("red", "green")
_RETRY: Final = RetrySpec(timedelta(milliseconds=20), max_attempts=2, backoff=1, max_interval=timedelta(seconds=1))


def program(ctx: WorkflowContext, given: Anything) -> Generator[Any, Any, Any]:
    """A list of steps: each waits, or asks for several things and waits for one of them or for all."""
    seen: list[Any] = []
    for step in given.root:
        try:
            got = yield from _done(ctx, step)
        except (TaskFailedError, TimeoutError) as error:
            got = type(error).__name__
        seen.append(got)
        ctx.set_custom_status(f"{len(seen)} of {len(given.root)}")
    return [str(one) for one in seen]


def _done(ctx: WorkflowContext, step: list[Any]) -> Generator[Any, Any, Any]:
    match step:
        case ["all", parts]:
            return (yield when_all([_task(ctx, part) for part in parts]))
        case ["any", parts]:
            tasks = [_task(ctx, part) for part in parts]
            return tasks.index((yield when_any(tasks)))
        case ["forget", part]:
            _task(ctx, part)
            return None
        case ["patch", name]:
            return (yield ctx.call_activity(act.ECHO, input=name)) if ctx.is_patched(name) else None
        case ["id"]:
            return (yield ctx.call_activity(act.ECHO, input=str(ctx.new_guid())))
    return (yield _task(ctx, step))


def _task(ctx: WorkflowContext, part: list[Any]) -> Any:
    match part:
        case ["echo", value]:
            return ctx.call_activity(act.ECHO, input=value)
        case ["fail"]:
            return ctx.call_activity(act.FAIL, input="no", retry_policy=retry(_RETRY))
        case ["timer", seconds]:
            return ctx.create_timer(timedelta(seconds=seconds))
        case ["event", name, seconds]:
            return ctx.wait_for_external_event(name, timeout=timedelta(seconds=seconds))
        case ["child", plan]:
            return ctx.call_child_workflow("program", input=plan, retry_policy=retry(_RETRY))
    raise ValueError(part)


def made_up(random: Random, *, depth: int = 2) -> Plan:
    """A plan."""
    return [_step(random, depth) for _ in range(random.randint(1, 5))]


def _step(random: Random, depth: int) -> list[Any]:
    if depth and random.random() < 0.4:
        parts = [_part(random, depth - 1) for _ in range(random.randint(1, 4))]
        return [random.choice(("all", "any")), parts]
    if random.random() < 0.3:
        return random.choice((["forget", _part(random, 0)], ["patch", f"patch-{random.randint(1, 3)}"], ["id"]))
    return _part(random, depth)


def _part(random: Random, depth: int) -> list[Any]:
    kinds: list[list[Any]] = [
        ["echo", random.randint(0, 99)],
        ["fail"],
        ["timer", round(random.uniform(0.01, 0.3), 2)],
        ["event", random.choice(EVENTS), round(random.uniform(0.05, 0.5), 2)],
    ]
    if depth:
        kinds.append(["child", made_up(random, depth=0)])
    return random.choice(kinds)


PROGRAM: Final[WorkflowDefinition] = define(program)
