# expect: ENV, LOGGING, RANDOM, THREADS
import os
import random
import time

import dapr.ext.workflow as wf


def _log(text: str) -> None:
    print(f"[sync] {text}")  # <- LOGGING


def sync(ctx: wf.DaprWorkflowContext, tables: list):
    time.sleep(random.randint(1, 10))  # <- RANDOM, THREADS
    target = os.environ["TARGET"]  # <- ENV
    for table in tables:
        _log(f"copying {table}")
        yield ctx.call_activity("copy_table", input={"table": table, "target": target})
    return len(tables)
