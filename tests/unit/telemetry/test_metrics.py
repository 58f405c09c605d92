from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from durably.telemetry.metrics import HttpMetrics, WorkflowMetrics, exposition, new_registry


def test_the_names_and_labels_are_those_that_dashboards_are_made_of() -> None:
    registry = CollectorRegistry()
    metrics = WorkflowMetrics(registry)
    metrics.workflows_started("w").inc()
    metrics.workflows_finished("w", "completed").inc()
    metrics.workflow_duration("w", "completed").observe(1)
    metrics.workflow_replays("w").inc()
    metrics.activity_attempts("a", "failed").inc()
    metrics.activity_duration("a", "failed").observe(1)
    metrics.activities_in_flight("a").inc()
    metrics.instances("w", "running").set(1)
    metrics.instances_by_verdict("w", "failed").set(1)
    metrics.instances_stuck("w").set(1)
    metrics.instance_idle("w").set(1)
    metrics.stream_connected().set(1)
    metrics.stream_losses().inc()
    metrics.sidecar_restarts().inc()
    metrics.holds.declare(["w"])
    metrics.holds.set_now(1)
    HttpMetrics(registry).observe("GET", "/x/{id}", 200, 0.1)

    assert _labels(exposition(registry).decode()) == {
        "durably_workflows_started_total": {"workflow"},
        "durably_workflows_finished_total": {"workflow", "status"},
        "durably_workflow_duration_seconds_count": {"workflow", "status"},
        "durably_workflow_replays_total": {"workflow"},
        "durably_activity_attempts_total": {"activity", "outcome"},
        "durably_activity_duration_seconds_count": {"activity", "outcome"},
        "durably_activities_in_flight": {"activity"},
        "durably_instances": {"workflow", "status"},
        "durably_instances_by_verdict": {"workflow", "verdict"},
        "durably_instances_stuck": {"workflow"},
        "durably_instance_idle_seconds": {"workflow"},
        "durably_instances_purged_total": set(),
        "durably_store_reachable": set(),
        "durably_work_stream_connected": set(),
        "durably_work_stream_losses_total": set(),
        "durably_sidecar_restarts_total": set(),
        "durably_held_back_total": {"workflow", "reason"},
        "durably_work_held_back": set(),
        "durably_http_requests_total": {"method", "route", "status"},
        "durably_http_request_duration_seconds_count": {"method", "route"},
    }


def test_the_stream_metrics_are_there_before_anything_happened() -> None:
    """An alert on a lost stream must see a zero, not an absence."""
    registry = CollectorRegistry()
    WorkflowMetrics(registry)

    assert registry.get_sample_value("durably_work_stream_connected") == 0
    assert registry.get_sample_value("durably_work_stream_losses_total") == 0


def test_what_can_fail_is_counted_from_zero_so_that_its_first_failure_is_an_increase() -> None:
    registry = CollectorRegistry()

    WorkflowMetrics(registry).declare(workflows=["w"], activities=["a"])

    for workflow in ("w", "other"):
        labels = {"workflow": workflow, "status": "failed"}
        assert registry.get_sample_value("durably_workflows_finished_total", labels) == 0
        held = {"workflow": workflow, "reason": "replay_differs"}
        assert registry.get_sample_value("durably_held_back_total", held) == 0
    labels = {"activity": "a", "outcome": "failed"}
    assert registry.get_sample_value("durably_activity_attempts_total", labels) == 0


def test_a_method_that_is_not_in_the_standard_makes_no_label_of_its_own() -> None:
    registry = CollectorRegistry()

    HttpMetrics(registry).observe("BREW", "/x", 405, 0.1)

    labels = {"method": "other", "route": "/x", "status": "405"}
    assert registry.get_sample_value("durably_http_requests_total", labels) == 1


def test_a_registry_tells_about_the_process_itself() -> None:
    text = exposition(new_registry()).decode()

    assert "process_resident_memory_bytes" in text
    assert "process_cpu_seconds_total" in text
    assert "python_gc_collections_total" in text


def _labels(text: str) -> dict[str, set[str]]:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    noise = ("_bucket", "_sum", "_created")
    return {s.name: set(s.labels) for s in samples if not s.name.endswith(noise)}
