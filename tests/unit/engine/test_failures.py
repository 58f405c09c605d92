"""What engines say in their own words is told in ours."""

import grpc
import pytest

from durably.contracts.errors import InstanceNotFoundError
from durably.engine.failures import translated


class Failed:
    """A failure of the engine, as gRPC tells it."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        self._code = code
        self._details = details

    def code(self) -> grpc.StatusCode:
        """Its status."""
        return self._code

    def details(self) -> str:
        """Its text."""
        return self._details


@pytest.mark.parametrize("code", [grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNKNOWN])
def test_an_instance_that_the_engine_does_not_know_is_told_of_in_our_words(code: grpc.StatusCode) -> None:
    error = translated(Failed(code, "rpc error: no such instance exists: case"), "case")
    assert isinstance(error, InstanceNotFoundError)
    assert (error.detail, error.instance_id) == ("There is no instance case.", "case")
