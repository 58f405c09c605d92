# expect: CLOCK
from datetime import datetime as DateTime

from dapr.ext.workflow import DaprWorkflowContext, when_all


def expire_carts(ctx: DaprWorkflowContext, carts: list):
    """Empty the carts that have expired."""
    old = [cart for cart in carts if DateTime.utcnow() > DateTime.fromisoformat(cart["expires"])]  # <- CLOCK
    yield when_all([ctx.call_activity("empty_cart", input=cart["id"]) for cart in old])
    return len(old)
