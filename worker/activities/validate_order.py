from durably.contracts.names import VALIDATE_ORDER
from durably.contracts.orders import OrderCheck, OrderRequest, OrderTerms
from durably.domain.orders import check
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition


def definition(terms: OrderTerms) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def validate_order(_ctx: ActivityContext, order: OrderRequest) -> OrderCheck:
        """Decide whether an order is accepted, on today's terms. Idempotent because it has no effect."""
        return check(order, terms)

    return ActivityDefinition(name=VALIDATE_ORDER, run=validate_order, input_model=OrderRequest)
