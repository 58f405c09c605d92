import os, glob
from pathlib import Path
import dapr.ext.workflow as wf


def w(ctx: wf.DaprWorkflowContext, folder: str):
    for name in os.listdir(folder):  # <- FILES, UNORDERED
        yield ctx.call_activity("a", input=name)
    for p in sorted(Path(folder).glob("*.csv")):  # <- FILES
        yield ctx.call_activity("a", input=str(p))
    log = Path("x").open("a")  # <- FILES
    print("x", file=log)  # <- LOGGING
