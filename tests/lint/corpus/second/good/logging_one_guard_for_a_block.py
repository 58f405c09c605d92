# near: LOGGING
import logging

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()
log = logging.getLogger("harbour")


def _details(ship: dict) -> None:
    for key, value in ship.items():
        log.debug("%s: %s", key, value)


@wfr.activity
def moor(ctx: wf.WorkflowActivityContext, ship: dict) -> str:
    log.info("mooring %s", ship["name"])
    return "berth 4"


@wfr.workflow
def arrive(ctx: wf.DaprWorkflowContext, ship: dict):
    berth = yield ctx.call_activity(moor, input=ship)
    if not ctx.is_replaying:
        log.info("%s is at %s", ship["name"], berth)
        _details(ship)
    return berth
