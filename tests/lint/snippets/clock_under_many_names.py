import time as t
from datetime import datetime as D, date
import datetime


def wf(ctx: DaprWorkflowContext, x):
    a = t.time()  # <- CLOCK
    b = D.now()  # <- CLOCK
    c = date.today()  # <- CLOCK
    d = datetime.datetime.utcnow()  # <- CLOCK
    e = D(2024, 1, 1) + datetime.timedelta(days=1)
    f = t.strftime("%Y", ctx.current_utc_datetime.timetuple())
    g = D.fromtimestamp(x)
    now = D.now
    h = now()  # <- CLOCK
    yield ctx.call_activity("a", input=[str(a)])
