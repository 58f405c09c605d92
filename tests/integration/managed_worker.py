"""The real worker with the workflows of the behaviour suite and those that ask people: `python -m` runs it."""

from durably.authoring import Environment, Package
from tests.harness.behaviours.activities import behaviour_activities
from tests.harness.behaviours.workflows import BEHAVIOUR_WORKFLOWS
from tests.harness.behaviours.world import World
from tests.workflows.asking import ASK, ASKING
from worker.__main__ import main


def behaviours(_: Environment) -> Package:
    """What engines are tested with."""
    return Package(workflows=BEHAVIOUR_WORKFLOWS, activities=behaviour_activities(World()))


def asking(_: Environment) -> Package:
    """The workflow that does nothing but ask."""
    return Package(workflows=tuple(each for each in ASKING if each.name == ASK))


if __name__ == "__main__":
    main(packages=(behaviours, asking))
