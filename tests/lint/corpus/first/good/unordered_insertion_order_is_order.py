# near: UNORDERED
from collections import Counter
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def restock(ctx: WorkflowContext, sales: list[dict[str, Any]]) -> Generator[Any, Any, int]:
    """Order again what was sold; dicts keep the order of the sales."""
    sold: Counter[str] = Counter()
    for sale in sales:
        sold[sale["sku"]] += sale["count"]
    for sku, count in sold.items():
        yield ctx.call_activity("order", input={"sku": sku, "count": count}, retry_policy=retry(LOCAL))
    for supplier in dict.fromkeys(sale["supplier"] for sale in sales):
        yield ctx.call_activity("notify_supplier", input=supplier, retry_policy=retry(LOCAL))
    return len(sold)
