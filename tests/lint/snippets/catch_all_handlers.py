import contextlib


def wf(ctx: DaprWorkflowContext, x):
    try:
        yield ctx.create_timer(5)
    except Exception:  # <- CATCH_ALL
        pass
    try:
        yield ctx.create_timer(5)
    except Exception as e:
        raise
    try:
        yield ctx.create_timer(5)
    except (ValueError, Exception):  # <- CATCH_ALL
        return 1
    try:
        yield ctx.create_timer(5)
    except:  # <- CATCH_ALL
        return 1
    with contextlib.suppress(Exception):  # <- CATCH_ALL
        yield ctx.create_timer(5)
    try:
        y = int(x)
    except Exception:
        y = 1
    try:
        yield from helper(ctx)
    except BaseException as error:  # <- CATCH_ALL
        ctx.set_custom_status(str(error))


def helper(ctx):
    yield ctx.create_timer(5)
