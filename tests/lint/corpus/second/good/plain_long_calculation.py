# near: CLOCK, RANDOM, PAYLOAD
import decimal
import functools
import itertools
import operator
import statistics
from decimal import Decimal

from dapr.ext.workflow import DaprWorkflowContext


def _annuity(sum_lent: Decimal, rate: Decimal, years: int) -> Decimal:
    factor = (1 + rate) ** years
    return (sum_lent * rate * factor / (factor - 1)).quantize(Decimal("0.01"), rounding=decimal.ROUND_HALF_EVEN)


def mortgage(ctx: DaprWorkflowContext, house: dict):
    lent = functools.reduce(operator.sub, (Decimal(part) for part in house["savings"]), Decimal(house["price"]))
    rate = statistics.median(Decimal(offer) for offer in house["rates"])
    yearly = _annuity(lent, rate, house["years"])
    plan = list(itertools.accumulate([str(yearly)] * house["years"], lambda paid, _: paid))
    yield ctx.call_activity("sign_mortgage", input={"house": house["id"], "yearly": str(yearly), "plan": plan})
    return str(yearly)
