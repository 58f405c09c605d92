# expect: LOGGING
import logging
from datetime import timedelta

import dapr.ext.workflow as wf


def grow(ctx: wf.DaprWorkflowContext, plant: dict):
    logging.info("%s was sown", plant["name"])  # <- LOGGING
    for day in range(plant["days"]):
        yield ctx.create_timer(timedelta(days=1))
        yield ctx.call_activity("water", input={"plant": plant["name"], "day": day})
        if not ctx.is_replaying:
            logging.debug("day %d", day)
        else:
            logging.debug("day %d again", day)  # <- LOGGING
    return plant["name"]
