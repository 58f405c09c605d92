"""The workflows that the behaviour suite runs: each shows one thing that an engine has to do."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from dapr.ext.workflow import TaskFailedError

from durably.domain.policies import RetrySpec
from durably.engine.registry import WorkflowDefinition, WorkflowFunction
from durably.engine.workflow import WorkflowContext, retry, when_all, when_any
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.world import Anything

Turns = Generator[Any, Any, Any]


def sequence(ctx: WorkflowContext, given: Anything) -> Turns:
    """Echo each item of a list, one after the other; return the echoes."""
    echoes: list[Any] = []
    for item in given.root:
        echoes += [(yield ctx.call_activity(act.ECHO, input=item))]
    return echoes


def call(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{activity, input?}`: call one activity and return its result."""
    return (yield ctx.call_activity(given.root["activity"], input=given.root.get("input")))


def call_with_retry(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{activity, input?, first_s, attempts, backoff}`: call one activity under a retry policy."""
    spec = RetrySpec(
        first_interval=timedelta(seconds=given.root["first_s"]),
        max_attempts=given.root["attempts"],
        backoff=given.root.get("backoff", 1),
        max_interval=timedelta(seconds=5),
    )
    activity, payload = given.root["activity"], given.root.get("input")
    return (yield ctx.call_activity(activity, input=payload, retry_policy=retry(spec)))


def catch(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{activity, input?}`: call an activity that fails, and go on with what is known about the failure."""
    try:
        yield ctx.call_activity(given.root["activity"], input=given.root.get("input"))
    except TaskFailedError as error:
        details = {"type": error.details.error_type, "message": error.details.message}
        return (yield ctx.call_activity(act.ECHO, input={"caught": details}))
    return None


def fan_out(ctx: WorkflowContext, given: Anything) -> Turns:
    """A list of `{activity, input?}`: call all at once, return all results in the order of the list."""
    tasks = [ctx.call_activity(item["activity"], input=item.get("input")) for item in given.root]
    return (yield when_all(tasks))


def race(ctx: WorkflowContext, given: Anything) -> Turns:
    """A list of `{activity, input?}`: call all at once, return the index and result of the first that ends."""
    tasks = [ctx.call_activity(item["activity"], input=item.get("input")) for item in given.root]
    first = yield when_any(tasks)
    return {"index": tasks.index(first), "result": first.get_result()}


def sleeper(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{seconds}`: wait for a timer; return when, in engine time, it was set and had fired."""
    begun = ctx.current_utc_datetime
    yield ctx.create_timer(timedelta(seconds=given.root["seconds"]))
    return {"begun": begun.isoformat(), "fired": ctx.current_utc_datetime.isoformat()}


def timers_race(ctx: WorkflowContext, given: Anything) -> Turns:
    """A list of seconds: set a timer for each, and return the seconds in the order in which they fired."""
    timers = {seconds: ctx.create_timer(timedelta(seconds=seconds)) for seconds in given.root}
    order = []
    while timers:
        fired = yield when_any(list(timers.values()))
        order += [seconds for seconds, timer in timers.items() if timer is fired]
        timers = {seconds: timer for seconds, timer in timers.items() if timer is not fired}
    return order


def wait_for_events(ctx: WorkflowContext, given: Anything) -> Turns:
    """A list of event names: wait for one after the other; return the payloads."""
    payloads: list[Any] = []
    for name in given.root:
        payloads += [(yield ctx.wait_for_external_event(name))]
    return payloads


def busy_then_wait(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{gate, events}`: first an activity waits at the gate, then the workflow waits for each event."""
    yield ctx.call_activity(act.WAIT_AT, input=given.root["gate"])
    payloads: list[Any] = []
    for name in given.root["events"]:
        payloads += [(yield ctx.wait_for_external_event(name))]
    return payloads


def wait_with_timeout(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{event, seconds}`: wait for an event so long; return it, or that it did not come."""
    try:
        payload = yield ctx.wait_for_external_event(
            given.root["event"], timeout=timedelta(seconds=given.root["seconds"])
        )
    except TimeoutError:
        return {"timed_out": True}
    return {"timed_out": False, "payload": payload}


def parent(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{workflow, input?, instance_id?}`: run a child and return its result."""
    child = given.root
    return (
        yield ctx.call_child_workflow(child["workflow"], input=child.get("input"), instance_id=child.get("instance_id"))
    )


def parent_of_many(ctx: WorkflowContext, given: Anything) -> Turns:
    """A list of `{workflow, input?, instance_id?}`: run all children at once; return their results."""
    children = [
        ctx.call_child_workflow(c["workflow"], input=c.get("input"), instance_id=c.get("instance_id"))
        for c in given.root
    ]
    return (yield when_all(children))


def catching_parent(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{workflow, input?, instance_id?}`: run a child that fails, and return what is known about the failure."""
    child = given.root
    try:
        yield ctx.call_child_workflow(child["workflow"], input=child.get("input"), instance_id=child.get("instance_id"))
    except TaskFailedError as error:
        return {"message": error.details.message}
    return None


def retrying_parent(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{workflow, input, attempts}`: run a child under a retry policy; return its result."""
    spec = RetrySpec(
        timedelta(milliseconds=50), max_attempts=given.root["attempts"], backoff=1, max_interval=timedelta(1)
    )
    return (
        yield ctx.call_child_workflow(given.root["workflow"], input=given.root.get("input"), retry_policy=retry(spec))
    )


def countdown(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{left, echoes?}`: echo, and continue as new with one less until nothing is left."""
    echoes = [*given.root.get("echoes", []), (yield ctx.call_activity(act.ECHO, input=given.root["left"]))]
    if given.root["left"] == 0:
        return echoes
    ctx.continue_as_new({"left": given.root["left"] - 1, "echoes": echoes})
    return None


def one_event_a_life(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{gate, lives, save, seen?}`: in the first life pass the gate; take one event a life; return all that were seen.

    With `save`, events that came meanwhile are carried into the next life.
    """
    seen = list(given.root.get("seen", []))
    if not seen:
        yield ctx.call_activity(act.WAIT_AT, input=given.root["gate"])
    seen.append((yield ctx.wait_for_external_event("next")))
    if len(seen) == given.root["lives"]:
        return seen
    ctx.continue_as_new(given.root | {"seen": seen}, save_events=given.root["save"])
    return None


def announce(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{status}`: set the custom status, wait for the event `go`, set it again to `done`."""
    ctx.set_custom_status(given.root["status"])
    yield ctx.wait_for_external_event("go")
    ctx.set_custom_status("done")
    return None


def explode(_ctx: WorkflowContext, given: Anything) -> Turns:
    """Raise an error of the application's own with the input as its message."""
    yield from ()
    raise act.CustomError(given.root)


def odd_result(_ctx: WorkflowContext, _given: Anything) -> Turns:
    """Return what JSON cannot hold."""
    yield from ()
    return object()


def timer_between(ctx: WorkflowContext, given: Anything) -> Turns:
    """An activity, a timer of `seconds`, an activity: return both echoes."""
    before = yield ctx.call_activity(act.ECHO, input="before")
    yield ctx.create_timer(timedelta(seconds=given.root["seconds"]))
    after = yield ctx.call_activity(act.ECHO, input="after")
    return [before, after]


def child_between(ctx: WorkflowContext, _given: Anything) -> Turns:
    """An activity, a child that echoes `["child"]`, an activity: return all that was echoed."""
    before = yield ctx.call_activity(act.ECHO, input="before")
    child = yield ctx.call_child_workflow("sequence", input=["child"])
    after = yield ctx.call_activity(act.ECHO, input="after")
    return [before, *child, after]


def waits_far_ahead(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{seconds}`: wait for the event `approve` so long; then escalate, and wait once more as long."""
    wait = timedelta(seconds=given.root["seconds"])
    for level in ("first", "second"):
        try:
            yield ctx.wait_for_external_event("approve", timeout=wait)
        except TimeoutError:
            yield ctx.call_activity(act.ECHO, input=f"{level} wait is over")
        else:
            return f"approved in the {level} wait"
    return "never approved"


def two_naps(ctx: WorkflowContext, given: Anything) -> Turns:
    """`{seconds}`: two activities of so many seconds, one after the other; return `[1, 2]`."""
    first = yield ctx.call_activity(act.NAP, input={"seconds": given.root["seconds"], "value": 1})
    second = yield ctx.call_activity(act.NAP, input={"seconds": given.root["seconds"], "value": 2})
    return [first, second]


def define(run: WorkflowFunction, *, name: str | None = None, version: str = "v1") -> WorkflowDefinition:
    """A workflow over any JSON value, under the name of its function unless another is given."""
    name = name or run.__name__
    return WorkflowDefinition(name=name, version=version, run=run, input_model=Anything, result_model=Anything)


BEHAVIOUR_WORKFLOWS = tuple(
    define(run)
    for run in (
        sequence,
        call,
        call_with_retry,
        catch,
        fan_out,
        race,
        sleeper,
        timers_race,
        wait_for_events,
        busy_then_wait,
        wait_with_timeout,
        parent,
        parent_of_many,
        catching_parent,
        retrying_parent,
        countdown,
        one_event_a_life,
        announce,
        explode,
        odd_result,
        timer_between,
        child_between,
        waits_far_ahead,
        two_naps,
    )
)
