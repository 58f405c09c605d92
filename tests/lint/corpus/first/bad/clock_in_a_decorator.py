# expect: CLOCK
import functools
import time

import dapr.ext.workflow as wf


def timed(function):
    @functools.wraps(function)
    def wrapper(*args):
        begun = time.perf_counter_ns()  # <- CLOCK
        found = function(*args)
        found["nanoseconds"] = time.perf_counter_ns() - begun  # <- CLOCK
        return found

    return wrapper


@timed
def _route(stops: list) -> dict:
    return {"stops": sorted(stops, key=lambda stop: stop["km"])}


def tour(ctx: wf.DaprWorkflowContext, stops: list):
    route = _route(stops)
    yield ctx.call_activity("drive_tour", input=route)
    return route
