import json
from pathlib import Path

import pytest

from durably.cli.ports import Ports
from durably.cli.wiring import StackConfig, worker

CONFIG = StackConfig("127.0.0.1", Ports(1, 2, 3, 4, 5), Path("data"), "json")


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DURABLY_WORKER_STOCK", "DURABLY_WORKER_PAYMENT_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_worker_charges_at_the_stacks_own_gateway_and_has_something_to_sell() -> None:
    env = worker(CONFIG).environment
    assert env["DURABLY_WORKER_PAYMENT_URL"] == "http://127.0.0.1:4/payments"
    assert json.loads(env["DURABLY_WORKER_STOCK"])


def test_a_gateway_and_a_stock_of_the_users_own_are_taken_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLY_WORKER_STOCK", '{"fig": 1}')
    monkeypatch.setenv("DURABLY_WORKER_PAYMENT_URL", "http://gateway.test/payments")
    env = worker(CONFIG).environment
    assert env["DURABLY_WORKER_STOCK"] == '{"fig": 1}'
    assert env["DURABLY_WORKER_PAYMENT_URL"] == "http://gateway.test/payments"


def test_what_holds_the_stack_together_is_not_the_users_to_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLY_WORKER_CONTROL_PORT", "9999")
    assert worker(CONFIG).environment["DURABLY_WORKER_CONTROL_PORT"] == "2"
