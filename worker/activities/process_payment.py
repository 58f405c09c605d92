from durably.contracts.names import PROCESS_PAYMENT
from durably.contracts.orders import Charge, Payment
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from worker.activities.ports import PaymentGateway


def definition(gateway: PaymentGateway) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def process_payment(_ctx: ActivityContext, charge: Charge) -> Payment:
        """Charge the customer, or find out that it was done.

        Idempotent because the gateway is asked for the key first: an attempt that it answered too late may have
        charged. For two attempts at once the charge carries the key, too. The result says what it was asked for, as
        whoever reruns it may have written another charge.
        """
        known = await gateway.find(charge.key)
        payment = known if known is not None else await gateway.charge(charge)
        return payment.model_copy(update={"asked": charge, "found": known is not None})

    return ActivityDefinition(name=PROCESS_PAYMENT, run=process_payment, input_model=Charge, keeps_input=True)
