"""What the OpenAPI document promises."""

from typing import Any

import pytest

from api.bootstrap import application
from api.settings import ApiSettings

ACTIONS = ("events/approval", "events/{name}", "pause", "resume", "terminate", "rerun")
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = application(settings=ApiSettings()).openapi()
    return made


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def test_it_lists_every_route_of_the_contract(document: dict[str, Any]) -> None:
    assert set(operations(document)) == {
        "POST /tasks/process",
        "GET /tasks/{instance_id}/status",
        "POST /orders",
        "POST /applications",
        "GET /workflows",
        "POST /workflows/{name}",
        "GET /instances",
        "GET /instances/counts",
        "GET /approvals",
        "GET /instances/{instance_id}",
        "GET /instances/{instance_id}/history",
        "GET /instances/{instance_id}/recording",
        "GET /instances/{instance_id}/replay",
        "GET /instances/{instance_id}/why",
        "GET /instances/{instance_id}/events",
        "DELETE /instances/{instance_id}",
        *(f"POST /instances/{{instance_id}}/{action}" for action in ACTIONS),
        "GET /workers",
        "GET /me",
        "GET /index",
        "POST /index/rebuild",
        "GET /livez",
        "GET /readyz",
        "GET /metrics",
    }


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    assert document["info"]["description"]
    assert all(operation["summary"] and operation["description"] for operation in operations(document).values())


def test_every_error_is_documented_as_a_problem_document(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        for status, response in operation["responses"].items():
            if int(status) >= 400 and not (name == "GET /readyz" and status == "503"):
                assert list(response["content"]) == ["application/problem+json"], (name, status)
                assert response["content"]["application/problem+json"]["examples"], (name, status)


def test_every_503_is_documented_with_retry_after(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        if "503" in operation["responses"]:
            assert operation["responses"]["503"]["headers"]["Retry-After"]["required"] is True


def test_no_schema_of_the_frameworks_own_errors_is_left(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    assert "Problem" in schemas
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)


def test_422_is_documented_only_where_something_can_be_invalid(document: dict[str, Any]) -> None:
    with_422 = {name for name, operation in operations(document).items() if "422" in operation["responses"]}

    assert with_422 == {
        "POST /tasks/process",
        "POST /orders",
        "POST /applications",
        "POST /workflows/{name}",
        "GET /instances",
        "GET /instances/counts",
        "GET /approvals",
        "GET /instances/{instance_id}",
        "GET /instances/{instance_id}/events",
        *(f"POST /instances/{{instance_id}}/{action}" for action in ACTIONS),
    }


def test_starting_has_an_example(document: dict[str, Any]) -> None:
    body = operations(document)["POST /workflows/{name}"]["requestBody"]["content"]["application/json"]["schema"]

    assert body["examples"]
