from typing import Any

import pytest

from tests.unit.api.fake_control import FakeControl, scheduled
from tests.unit.api.serving import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINE = {"sku": "apple", "quantity": 2, "unit_price_cents": 250}
ORDER = {"order_id": "1", "customer": "ada", "lines": [LINE], "currency": "EUR"}


async def test_an_order_is_started_under_its_own_id_and_the_caller_told_where_to_look(
    api: Api, worker: FakeControl
) -> None:
    worker.script(scheduled("order-1"))

    answered = await api.post("/orders", ORDER)

    assert answered.status == 202
    assert answered.json == {"instance_id": "order-1", "status": "scheduled"}
    assert answered.headers["Location"] == "/instances/order-1"
    assert worker.asked[0].path == "/control/workflows/order_processing_workflow/instances/order-1"
    assert worker.asked[0].body == ORDER


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order_id": "a/b"}, "order_id"),
        ({"customer": None}, "customer"),
        ({"lines": []}, "lines"),
        ({"lines": [LINE, LINE | {"quantity": 0}]}, "lines.1.quantity"),
        ({"lines": [LINE | {"unit_price_cents": "250"}]}, "lines.0.unit_price_cents"),
        ({"currency": "euro"}, "currency"),
        ({"coupon": "X"}, "coupon"),
    ],
)
async def test_a_malformed_order_is_refused_with_the_field(
    api: Api, worker: FakeControl, change: dict[str, Any], field: str
) -> None:
    answered = await api.post("/orders", ORDER | change)

    assert answered.is_problem(422, "invalid_input")
    assert [error["field"] for error in answered.json["errors"]] == [field]
    assert worker.asked == []
