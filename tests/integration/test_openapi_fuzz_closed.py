"""schemathesis against an API that wants tokens: without one, with a good one, with one whose role is not enough.

There is no worker, so what passes is answered with a 503; tests/integration/test_openapi_fuzz.py has one.
"""

import asyncio
import copy
from collections.abc import Iterator
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import ignored_auth, missing_required_header

from api.bootstrap import application
from api.security.callers import Role
from api.settings import ApiSettings
from tests.harness.ports import free_port
from tests.unit.api.api_process import api_process
from tests.unit.api.keyholders import Keyholder, entries

ALL: Final = Keyholder("all")
NOBODY: Final = Keyholder("nobody")
VIEWER: Final = Keyholder("viewer", Role.VIEWER)
CONFIGURED: Final = entries(ALL, VIEWER)
DOCUMENT: Final = application(settings=ApiSettings(auth="keys", keys=CONFIGURED)).openapi()


def _without_security() -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    for one in (one for methods in document["paths"].values() for one in methods.values()):
        one.pop("security", None)
    return document


CONFIG: Final = schemathesis.Config()
for _check in (
    CONFIG.projects.default.checks.negative_data_rejection,
    CONFIG.projects.default.checks.positive_data_acceptance,
):
    # What is refused for its sender is refused before anybody reads what is in it; what passes finds no worker.
    _check.expected_statuses = [*_check.expected_statuses, "401", "403", "413", "503"]
SCHEMA: Final = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)
BEARING: Final = schemathesis.openapi.from_dict(_without_security(), config=CONFIG)
"""Who comes with a token: of what the document says about tokens, schemathesis would make wrong ones."""
LEFT_OUT: Final[list[CheckFunction]] = [ignored_auth, missing_required_header, not_a_server_error]
"""Two send requests without a token and want a 401 each time; so many of them are answered 429. The third one does not
know that /readyz says 503 where there is no worker."""

NO_ROUTE: Final = {404, 405}
"""Other methods and odd paths are tried, too, and belong to nothing that could be closed."""

FEW: Final = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
BOUND_S: Final = 5


def operation(case: schemathesis.Case[Any]) -> Any:
    """What the document says of it."""
    return case.operation.definition.raw


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An API that wants keys, with nobody behind it."""
    port = free_port()
    env = {
        "DURABLY_API_AUTH": "keys",
        "DURABLY_API_KEYS": CONFIGURED,
        "DURABLY_API_CONTROL_URL": f"http://127.0.0.1:{free_port()}",
    }
    process = api_process(tmp_path_factory.mktemp("closed"), port=port, env=env)
    asyncio.run(process.start())
    yield f"http://127.0.0.1:{port}"
    asyncio.run(process.stop())


def test_the_running_api_serves_the_document_that_is_tested(url: str) -> None:
    assert requests.get(f"{url}/openapi.json", timeout=BOUND_S).json() == DOCUMENT


@SCHEMA.parametrize()
@FEW
def test_without_a_token_nothing_that_wants_one_answers(case: schemathesis.Case[Any], url: str) -> None:
    answer = case.call_and_validate(base_url=url, timeout=BOUND_S, excluded_checks=LEFT_OUT)

    assert answer.status_code in NO_ROUTE or (answer.status_code in {401, 429}) == ("security" in operation(case))


@BEARING.parametrize()
@FEW
def test_with_a_token_every_answer_is_as_documented(case: schemathesis.Case[Any], url: str) -> None:
    answer = case.call_and_validate(
        base_url=url, timeout=BOUND_S, excluded_checks=[not_a_server_error], headers=dict(ALL.headers)
    )

    assert answer.status_code not in {401, 403, 429, 500}


@BEARING.parametrize()
@FEW
def test_a_role_that_is_not_enough_is_refused_as_documented(case: schemathesis.Case[Any], url: str) -> None:
    answer = case.call_and_validate(
        base_url=url, timeout=BOUND_S, excluded_checks=[not_a_server_error], headers=dict(VIEWER.headers)
    )

    roles = operation(case).get("x-durably-roles")
    enough = not roles or Role.VIEWER in roles
    assert answer.status_code in NO_ROUTE or (answer.status_code == 403) == (not enough)
