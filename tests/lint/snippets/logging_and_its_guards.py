import logging

logger = logging.getLogger(__name__)


def wf(ctx: DaprWorkflowContext, x):
    print("a")  # <- LOGGING
    logger.info("x")  # <- LOGGING
    logging.info("x")  # <- LOGGING
    if not ctx.is_replaying:
        print("b")
        tell(x)
    live = not ctx.is_replaying
    if live:
        logger.info("x")
    if ctx.is_replaying:
        pass
    else:
        print("c")
    tell2(x)
    yield ctx.create_timer(5)


def tell(x):
    print(x)


def tell2(x):
    print(x)  # <- LOGGING
