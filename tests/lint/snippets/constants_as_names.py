from typing import Final
import enum


class Names(enum.StrEnum):
    RUN = "run"
    GONE = "gone"


RUN: Final = "run"


@app.activity(name=RUN)
def run(ctx, x): ...
@app.workflow(name="w")
def w(ctx, x):
    yield ctx.call_activity(RUN, input=x)
    yield ctx.call_activity(Names.RUN.value, input=x)
    yield ctx.call_activity(Names.GONE, input=x)  # <- UNREGISTERED
    yield ctx.call_activity(x["name"], input=x)
