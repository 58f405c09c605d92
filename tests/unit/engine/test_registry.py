from collections.abc import Generator
from typing import Any

import pytest

from durably.contracts.model import Frozen
from durably.engine.registry import ActivityDefinition, Registry, WorkflowDefinition


class Empty(Frozen):
    """Nothing."""


def run(_ctx: object, _given: Empty) -> Generator[Any, Any, None]:
    yield


async def act(_ctx: object, _given: Empty) -> None:
    """Do nothing."""


def workflow(name: str, version: str) -> WorkflowDefinition:
    return WorkflowDefinition(name, version, run, Empty, Empty)


ACT = ActivityDefinition("act", act, Empty)


def test_the_last_version_of_a_name_runs_new_instances() -> None:
    registry = Registry(workflows=(workflow("w", "v1"), workflow("w", "v2")), activities=())
    latest = registry.latest("w")
    assert latest is not None
    assert latest.version == "v2"
    (description,) = registry.describe()
    assert (description.versions, description.latest_version) == (("v1", "v2"), "v2")


def test_a_name_that_is_not_registered_has_no_latest_version() -> None:
    assert Registry(workflows=(workflow("w", "v1"),), activities=()).latest("other") is None


def test_a_version_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="workflow w v1"):
        Registry(workflows=(workflow("w", "v1"), workflow("w", "v1")), activities=())


def test_an_activity_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="activity act"):
        Registry(workflows=(workflow("w", "v1"),), activities=(ACT, ACT))


def test_a_worker_without_workflows_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to do"):
        Registry(workflows=(), activities=(ACT,))
