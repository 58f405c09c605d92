from typing import Final

from fastapi import APIRouter, Response

from api.dependencies import Actor, Control
from api.openapi import problems
from api.routes.answers import ACCEPTED, accepted
from durably.contracts.errors import InstanceExistsError, InvalidInputError, PayloadTooLargeError
from durably.contracts.ids import order_instance_id
from durably.contracts.instances import Scheduled
from durably.contracts.names import ORDER_PROCESSING
from durably.contracts.orders import OrderRequest

_REFUSALS: Final = problems(InvalidInputError, InstanceExistsError, PayloadTooLargeError)

router = APIRouter(tags=["orders"])


@router.post("/orders", status_code=202, response_model=Scheduled, responses=_REFUSALS | ACCEPTED)
async def place_order(order: OrderRequest, control: Control, actor: Actor) -> Response:
    """Place an order.

    Validates it, waits for approval if it is large, reserves the items, charges the customer, confirms; what fails on
    the way undoes what was done. Asking again with the same order changes nothing.
    """
    instance_id = order_instance_id(order.order_id)
    payload = order.model_dump_json().encode()
    body = await control.start(ORDER_PROCESSING, instance_id=instance_id, payload=payload, actor=actor)
    return accepted(body, location=f"/instances/{instance_id}")
