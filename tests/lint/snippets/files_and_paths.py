from pathlib import Path, PurePath
import json, os, tempfile, shutil, csv


def wf(ctx: DaprWorkflowContext, x):
    p = Path(x)
    with open(x) as f:  # <- FILES
        data = json.load(f)
    q = p.parent / "b"
    if q.exists():  # <- FILES
        yield ctx.create_timer(5)
    q.write_text("x")  # <- FILES
    n = PurePath(x).name + p.suffix
    t = tempfile.mkdtemp()  # <- FILES
    shutil.rmtree(t)  # <- FILES
    if os.path.exists(x):  # <- FILES
        yield ctx.create_timer(5)
    with q.open() as g:  # <- FILES
        rows = list(csv.reader(g))
    yield ctx.call_activity("a", input=n)
