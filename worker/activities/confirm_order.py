from durably.contracts.names import CONFIRM_ORDER
from durably.contracts.orders import Sale
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from worker.activities.ports import Inventory


def definition(inventory: Inventory) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def confirm_order(_ctx: ActivityContext, sale: Sale) -> None:
        """Take what is held out of the stock. Idempotent because what has left is not held any more."""
        await inventory.sell(sale.skus, reservation_id=sale.reservation_id)

    return ActivityDefinition(name=CONFIRM_ORDER, run=confirm_order, input_model=Sale)
