"""schemathesis against the running system: what fits the OpenAPI document, and much that does not."""

import asyncio
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.bootstrap import application
from api.settings import ApiSettings
from durably.contracts.ids import COUNTS
from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import true, until
from tests.unit.api.keyholders import Keyholder, entries

CALLER: Final = Keyholder("orders")
KEYS: Final = {"DURABLY_API_AUTH": "keys", "DURABLY_API_KEYS": entries(CALLER)}

DOCUMENT: Final = application(settings=ApiSettings()).openapi()
CLOSED_DOCUMENT: Final = application(settings=ApiSettings(auth="keys", keys=entries(CALLER))).openapi()
CONFIG: Final = schemathesis.Config()
for _check in (
    CONFIG.projects.default.checks.negative_data_rejection,
    CONFIG.projects.default.checks.positive_data_acceptance,
):
    # A body that is too large is refused before anybody reads what is in it.
    _check.expected_statuses = [*_check.expected_statuses, "413"]
SCHEMA: Final = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)

BOUND_S: Final = 5
"""No instance that is asked for runs for long here, so not even a long poll may take longer."""

LOOSE: Final = {"POST /workflows/{name}", "POST /instances/{instance_id}/rerun", "GET /instances"}
"""What an input has to look like is the workflow's to say, and a cursor is what a page before gave: the document does
not say more than that they are JSON and a text."""

LARGE: Final = {"sku": "boat", "quantity": 1, "unit_price_cents": 1_000_000}
"""An order of this has to be approved."""

FAULTS: Final = ("unexpected_error", "request_failed", "Traceback", "Invalid HTTP")

COMING_UP: Final = '"path":"/workflows"'
"""What the API is asked for while the worker is not there yet, to learn when it is."""


@pytest.fixture(
    scope="module",
    params=["embedded", pytest.param("dapr", marks=pytest.mark.dapr)],
    ids=["embedded without keys", "dapr with keys"],
)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole system, with the one finished task in it that the document's examples name.

    One of the two wants to know who asks; what it says to strangers is tested in test_openapi_fuzz_closed.py.
    """
    kind: EngineKind = request.param
    wanted: dict[str, Any] = {"env": KEYS, "token": CALLER.key} if kind == "dapr" else {}
    stack = Stack(tmp_path_factory.mktemp(kind), engine=kind, **wanted)
    try:
        asyncio.run(stack.start())
        task = {"task_id": "7", "title": "Write report", "assignee": "ada"}
        _asked(stack, "POST", "/tasks/process", task)
        ended = _asked(stack, "GET", "/instances/task-7?wait=30s").json()
        assert ended["status"] == "completed", ended
        _what_needs_a_running_instance(stack)
        yield stack
    finally:
        asyncio.run(stack.stop())


def _what_needs_a_running_instance(stack: Stack) -> None:
    """A good request of each kind that hardly any instance takes; what the fuzz finds there has ended."""
    done = partial(_asked, stack)
    for order_id in ("boats", "ships"):
        done("POST", "/orders", {"order_id": order_id, "customer": "ada", "currency": "EUR", "lines": [LARGE]})
        asking = partial(_asks, stack, f"order-{order_id}")
        asyncio.run(until(true(asking), what="it waits for its approval"))
    for action in ("pause", "resume", "events/go", "terminate"):
        done("POST", f"/instances/order-boats/{action}")
    done("POST", "/instances/order-ships/events/approval", {"approve": False})
    for order_id in ("boats", "ships"):
        done("GET", f"/instances/order-{order_id}?wait=4s")
    done("POST", "/instances/order-ships/rerun", {"again": True})
    done("DELETE", "/instances/order-boats")


def _asked(stack: Stack, method: str, path: str, body: Any = None) -> requests.Response:
    headers = stack.headers or {"Durably-User": CALLER.name}
    answer = requests.request(method, stack.url + path, json=body, headers=headers, timeout=35)
    answer.raise_for_status()
    return answer


def _asks(stack: Stack, instance_id: str) -> bool:
    return bool(_asked(stack, "GET", f"/instances/{instance_id}").json()["custom_status"])


def test_the_running_api_serves_the_document_that_is_tested(stack: Stack) -> None:
    served = CLOSED_DOCUMENT if stack.headers else DOCUMENT
    assert _asked(stack, "GET", "/openapi.json").json() == served


@SCHEMA.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_answer_comes_in_time_and_as_documented(case: schemathesis.Case[Any], stack: Stack) -> None:
    if case.path_parameters.get("instance_id") == COUNTS:
        return  # which is another route
    excluded: list[CheckFunction] = [positive_data_acceptance] if case.operation.label in LOOSE else []
    case.call_and_validate(base_url=stack.url, timeout=BOUND_S, excluded_checks=excluded, headers=stack.headers)


def test_good_answers_were_among_those_of_every_operation(stack: Stack) -> None:
    """Otherwise the test before would have looked at refusals alone."""
    counted = _asked(stack, "GET", "/metrics").text
    good = re.findall(r'http_requests_total{method="(\w+)",route="(\S+)",status="20\d"}', counted)

    operations = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert operations <= set(good)


def test_nothing_of_it_was_a_fault_of_ours(stack: Stack) -> None:
    lines = [*stack.api.output().splitlines(), *stack.worker.output().splitlines()]

    faults = [line for line in lines if any(fault in line for fault in FAULTS)]
    assert [line for line in faults if COMING_UP not in line] == []
