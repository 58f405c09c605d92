from durably.contracts.names import RESERVE_INVENTORY
from durably.contracts.orders import OrderRequest, Reservation
from durably.domain.orders import quantities
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from worker.activities.ports import Inventory


def definition(inventory: Inventory) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def reserve_inventory(ctx: ActivityContext, order: OrderRequest) -> Reservation:
        """Hold every item of the order, up to the first that is short.

        Idempotent because each hold stands under the execution's id in its item's own record. It undoes nothing where
        an item is short: another attempt of the same execution may be under way, so only the workflow may, which
        hears of one of them.
        """
        wanted, reservation_id = quantities(order), ctx.task_execution_id
        shortage = await inventory.reserve(wanted, reservation_id=reservation_id, instance_id=ctx.instance_id)
        return Reservation(reservation_id=reservation_id, shortage=shortage, held=wanted)

    return ActivityDefinition(name=RESERVE_INVENTORY, run=reserve_inventory, input_model=OrderRequest)
