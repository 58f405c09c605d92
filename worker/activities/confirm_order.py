from durably.contracts.names import CONFIRM_ORDER
from durably.contracts.orders import Handover, Sale
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from worker.activities.ports import Inventory


def definition(inventory: Inventory) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def confirm_order(_ctx: ActivityContext, sale: Sale) -> Handover:
        """Take what is held out of the stock, and say what that was: whoever reruns it may have written another sale.

        Idempotent because what has left is not held any more, and is known as what has left.
        """
        return await inventory.sell(sale.skus, reservation_id=sale.reservation_id)

    return ActivityDefinition(name=CONFIRM_ORDER, run=confirm_order, input_model=Sale, keeps_input=True)
