# near: CLOCK
import datetime as dt

from dapr.ext.workflow import DaprWorkflowContext

EPOCH = dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)


def bill_tenancy(ctx: DaprWorkflowContext, tenancy: dict):
    """Bill each month of a tenancy, from dates that stand in the input."""
    begin = dt.date.fromisoformat(tenancy["begin"])
    end = dt.datetime.strptime(tenancy["end"], "%d.%m.%Y").date()
    signed = dt.datetime.fromtimestamp(tenancy["signed"], tz=dt.timezone.utc)
    months = (end.year - begin.year) * 12 + end.month - begin.month
    for month in range(months):
        yield ctx.call_activity("bill_month", input={"flat": tenancy["flat"], "month": month})
    return {"months": months, "days_since_epoch": (signed - EPOCH) // dt.timedelta(days=1)}
