import logging
import dapr.ext.workflow as wf

logger = logging.getLogger("x")


class Shop:
    def __init__(self):
        self.logger = logging.getLogger("shop")

    def flow(self, ctx: wf.DaprWorkflowContext, order):
        self.logger.info("begin")  # <- LOGGING
        if ctx.is_replaying:
            logger.info("again")  # <- LOGGING
        if not ctx.is_replaying and order:
            logger.info("x")
        if order or not ctx.is_replaying:
            logger.info("x")  # <- LOGGING
        yield ctx.call_activity("a")
        try:
            yield ctx.call_activity("b")
        except wf.TaskFailedError:
            logger.exception("failed")  # <- LOGGING
            raise
