from durably.contracts.names import RELEASE_INVENTORY
from durably.contracts.orders import Release
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from worker.activities.ports import Inventory


def definition(inventory: Inventory) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def release_inventory(ctx: ActivityContext, held: Release) -> None:
        """Give back what is held. Idempotent because a reservation that is over stays over."""
        await inventory.release(held.skus, reservation_id=held.reservation_id, instance_id=ctx.instance_id)

    return ActivityDefinition(name=RELEASE_INVENTORY, run=release_inventory, input_model=Release, keeps_input=True)
