"""How the end-to-end tests hand values to Helm."""

from tests.e2e.installation import _leaves


def test_values_are_set_one_by_one_and_maps_below_a_group_are_set_whole() -> None:
    values = {"worker": {"replicas": 2, "activityDelaySeconds": {"assign_task": 5}}, "redis": {"enabled": True}}
    assert _leaves(values) == [
        ("worker.replicas", 2),
        ("worker.activityDelaySeconds", {"assign_task": 5}),
        ("redis.enabled", True),
    ]
