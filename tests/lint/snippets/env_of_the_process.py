import os, sys, platform, socket
from os import environ, getenv

REGION = os.environ["REGION"]


def wf(ctx: DaprWorkflowContext, x):
    a = environ.get("A")  # <- ENV
    b = getenv("B")  # <- ENV
    c = os.environ["C"]  # <- ENV
    if "D" in os.environ:  # <- ENV
        yield ctx.create_timer(5)
    d = platform.system()  # <- ENV
    e = socket.gethostname()  # <- ENV
    f = sys.argv[1:]  # <- ENV
    g = os.path.join("a", "b")
    h = REGION  # <- ENV
    i = os.getpid()  # <- ENV
    s = sys.maxsize
    yield ctx.call_activity("a", input=a)
