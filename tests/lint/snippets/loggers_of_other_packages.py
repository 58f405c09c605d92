import structlog
from loguru import logger as log

logger = structlog.get_logger()


def note(ctx, text):
    if not ctx.is_replaying:
        logger.info(text)


def wf(ctx: DaprWorkflowContext, x):
    note(ctx, "a")
    logger.info("b", x=1)  # <- LOGGING
    log.debug("c")  # <- LOGGING
    ctx.is_replaying or print("x")
    not ctx.is_replaying and print("x")
    bound = logger.bind(a=1)
    bound.info("x")  # <- LOGGING
    math.log(5)
    yield ctx.create_timer(5)
