"""The registry of all behaviours."""

from durably.engine.registry import Registry
from tests.harness.behaviours.activities import behaviour_activities
from tests.harness.behaviours.workflows import BEHAVIOUR_WORKFLOWS
from tests.harness.behaviours.world import World


def behaviours(world: World) -> Registry:
    """Every workflow and activity of the behaviour suite.

    Args:
        world: What the activities record into and wait for.
    """
    return Registry(workflows=BEHAVIOUR_WORKFLOWS, activities=behaviour_activities(world))
