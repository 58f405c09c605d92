# near: CLOCK, LOGGING
import functools
import time

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def timed(function):
    @functools.wraps(function)
    def wrapper(ctx, given):
        begun = time.perf_counter()
        result = function(ctx, given)
        print(f"{function.__name__}: {time.perf_counter() - begun:.3f} s")
        return result

    return wrapper


@wfr.activity(name="press_apples")
@timed
def press_apples(ctx: wf.WorkflowActivityContext, kilos: int) -> float:
    return kilos * 0.7


@wfr.workflow(name="make_juice")
def make_juice(ctx: wf.DaprWorkflowContext, kilos: int):
    litres = yield ctx.call_activity("press_apples", input=kilos)
    return round(litres, 1)
