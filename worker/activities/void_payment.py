from durably.contracts.names import VOID_PAYMENT
from durably.contracts.orders import Charge, Payment
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from worker.activities.ports import PaymentGateway


def definition(gateway: PaymentGateway) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def void_payment(_ctx: ActivityContext, charge: Charge) -> Payment:
        """Refund a charge, or forbid one that was never made. Idempotent because what is void stays void."""
        return await gateway.void(charge)

    return ActivityDefinition(name=VOID_PAYMENT, run=void_payment, input_model=Charge, keeps_input=True)
