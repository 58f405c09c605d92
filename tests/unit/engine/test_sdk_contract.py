"""What the project relies on in the SDK beyond its public API; an upgrade that moves any of it fails here first."""

import importlib
import importlib.metadata
import inspect
import re
import sys
from datetime import timedelta

import pytest

PINNED = "1.19.0"
SIDECAR_CALLS = {
    "Hello",
    "StartInstance",
    "GetInstance",
    "WaitForInstanceStart",
    "WaitForInstanceCompletion",
    "RaiseEvent",
    "TerminateInstance",
    "SuspendInstance",
    "ResumeInstance",
    "PurgeInstances",
    "GetWorkItems",
    "CompleteActivityTask",
    "CompleteOrchestratorTask",
    "CompleteWorkflowTask",
    "RerunWorkflowFromEvent",
    "ListInstanceIDs",
    "GetInstanceHistory",
}
FIELDS = {
    "WorkItem": {"workflowRequest", "activityRequest", "completionToken"},
    "WorkflowRequest": {"instanceId", "pastEvents", "newEvents", "cachedHistory"},
    "ActivityRequest": {"name", "input", "workflowInstance", "taskId", "parentTraceContext", "taskExecutionId"},
    "WorkflowResponse": {"instanceId", "actions", "customStatus", "completionToken", "version"},
    "ActivityResponse": {"instanceId", "taskId", "result", "failureDetails", "completionToken"},
    "CreateInstanceRequest": {"instanceId", "name", "input", "scheduledStartTimestamp", "parentTraceContext"},
    "WorkflowState": {"instanceId", "name", "workflowStatus", "input", "output", "customStatus", "failureDetails"},
    "HistoryEvent": {"eventId", "timestamp", "executionStarted", "taskScheduled", "taskCompleted", "timerCreated"},
    "CompleteWorkflowAction": {"workflowStatus", "result", "carryoverEvents", "failureDetails"},
    "RerunWorkflowFromEventRequest": {"sourceInstanceID", "eventID", "newInstanceID", "input", "overwriteInput"},
}


def moved(what: str) -> str:
    return f"dapr {importlib.metadata.version('dapr')} moved {what}; adapt durably/engine/sdk.py and durably/embedded."


def test_the_sdk_is_the_version_that_the_contract_was_checked_with() -> None:
    installed = importlib.metadata.version("dapr")
    assert installed == PINNED, f"dapr is {installed}, the contract was checked with {PINNED}: rerun it and pin anew"


def test_the_legacy_workflow_distribution_is_not_installed_beside_it() -> None:
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("dapr-ext-workflow")


@pytest.mark.parametrize("name", ["helpers", "shared", "protos", "orchestrator_service_pb2_grpc"])
def test_the_vendored_modules_are_where_we_import_them_from(name: str) -> None:
    path = f"dapr.ext.workflow._durabletask.internal.{name}"
    try:
        importlib.import_module(path)
    except ImportError as error:
        pytest.fail(f"{moved(path)} ({error})")


def test_the_service_has_exactly_the_calls_that_the_embedded_engine_answers() -> None:
    from durably.embedded.server import TaskHub  # noqa: PLC0415 - after the module test above has had its say
    from durably.engine.sdk import messages  # noqa: PLC0415

    service = importlib.import_module("dapr.ext.workflow._durabletask.internal.orchestrator_service_pb2").DESCRIPTOR
    calls = {method.name for method in service.services_by_name["TaskHubSidecarService"].methods}
    assert calls == SIDECAR_CALLS, moved("the calls of TaskHubSidecarService")
    unanswered = {name for name in calls if name not in vars(TaskHub)}
    assert not unanswered, f"the embedded engine does not answer {unanswered}"
    assert messages.WORKER_CAPABILITY_STATEFUL_HISTORY == 2


@pytest.mark.parametrize(("message", "fields"), FIELDS.items())
def test_messages_have_the_fields_that_we_read_and_write(message: str, fields: set[str]) -> None:
    from durably.engine.sdk import messages  # noqa: PLC0415

    there = set(getattr(messages, message).DESCRIPTOR.fields_by_name)
    assert fields <= there, moved(f"{fields - there} of {message}")


def test_the_sdk_makes_no_action_that_the_embedded_engine_cannot_apply() -> None:
    from durably.embedded.actions import _APPLY  # noqa: PLC0415
    from durably.engine.sdk import helpers, messages  # noqa: PLC0415

    source = inspect.getsource(helpers) + inspect.getsource(sys.modules[helpers.new_create_timer_action.__module__])
    known = messages.WorkflowAction.DESCRIPTOR.oneofs_by_name["workflowActionType"].fields
    made = {field.name for field in known if re.search(rf"\b{field.name}\b", source)}
    assert made == {*_APPLY, "workflowVersionNotAvailable"}, moved("the actions that a workflow can decide on")


def test_what_runs_a_turn_takes_and_gives_what_we_give_and_take() -> None:
    """See `durably.engine.replay`: the table of versions, the executor, and the histories that it is given."""
    from dapr.ext.workflow.propagation import PropagatedHistory  # noqa: PLC0415

    from durably.engine.sdk import HistoryCache, TurnExecutor, WorkflowTable, worker  # noqa: PLC0415

    registered = set(inspect.signature(WorkflowTable.add_named_orchestrator).parameters)
    assert {"name", "fn", "version_name", "is_latest"} <= registered, moved("_Registry.add_named_orchestrator")
    assert list(inspect.signature(TurnExecutor.__init__).parameters) == ["self", "registry", "logger"]
    given = set(inspect.signature(inspect.unwrap(TurnExecutor.execute)).parameters)
    assert "propagated_history" in given, moved("_OrchestrationExecutor.execute")
    taken = {"actions", "encoded_custom_status", "version_name", "patches"}
    assert taken <= set(inspect.signature(worker.ExecutionResults.__init__).parameters), moved("ExecutionResults")
    assert {"get", "put", "delete", "reset", "sweep_expired"} <= set(vars(HistoryCache)), moved("_WorkflowHistoryCache")
    assert callable(PropagatedHistory.from_proto), moved("PropagatedHistory")


def test_a_retry_policy_may_allow_one_attempt_only() -> None:
    from dapr.ext.workflow import RetryPolicy  # noqa: PLC0415

    assert RetryPolicy(first_retry_interval=timedelta(seconds=1), max_number_of_attempts=1).max_number_of_attempts == 1


def test_the_faults_that_are_mended_are_where_they_are_mended() -> None:
    """See `durably.engine.mending`: the one method that every event passes, and what it looks at."""
    from durably.engine.sdk import worker  # noqa: PLC0415

    executor = worker._OrchestrationExecutor
    parameters = list(inspect.signature(inspect.unwrap(executor.process_event)).parameters)
    assert parameters == ["self", "ctx", "event"], moved("_OrchestrationExecutor.process_event")
    assert "self._is_suspended" in inspect.getsource(executor), moved("_OrchestrationExecutor._is_suspended")
    assert "self.new_guid()" in inspect.getsource(worker._RuntimeOrchestrationContext.call_activity), moved("new_guid")


def test_what_holding_back_relies_on_is_where_it_is() -> None:
    """See `durably.engine.trouble`: what the SDK raises where it has no such code, and what it notes of a turn."""
    from durably.engine.sdk import NonDeterminismError, WorkflowStateError, helpers, worker  # noqa: PLC0415

    raised = (worker.OrchestratorNotRegisteredError, worker.VersionNotRegisteredException)
    assert all(issubclass(each, Exception) for each in (*raised, NonDeterminismError, WorkflowStateError))
    context = worker._RuntimeOrchestrationContext("i")
    noted = {"_is_complete", "_is_replaying", "_orchestrator_version_name", "_encoded_custom_status"}
    assert noted <= set(vars(context)), moved("what a turn notes")
    context.set_complete(None, 1)
    assert context._is_complete, moved("_is_complete")
    assert worker._OrchestrationExecutor(None, None)._suspended_events == [], moved("what a pause puts aside")
    assert helpers.new_workflow_version_not_available_action(1).HasField("workflowVersionNotAvailable")
    assert "except Exception as ex" in inspect.getsource(inspect.unwrap(worker._OrchestrationExecutor.execute)), moved(
        "how a turn fails"
    )


def test_what_a_rehearsal_looks_at_is_where_it_is() -> None:
    """See `durably.engine.running`, `listening` and `mending`: what the SDK keeps of a turn, and who gives out ids."""
    from durably.engine.sdk import worker  # noqa: PLC0415

    kept = {"_pending_actions", "_pending_tasks", "_completion_status", "_history_patches", "_is_replaying"}
    assert kept <= set(vars(worker._RuntimeOrchestrationContext("i"))), moved("what a turn keeps")
    asking = ("create_timer_internal", "call_activity", "call_sub_orchestrator", "set_complete", "set_failed")
    for name in asking:
        source = inspect.getsource(getattr(worker._RuntimeOrchestrationContext, name))
        assert "self.next_sequence_number()" in source, moved(name)
    assert "self._is_patched(patch_name)" in inspect.getsource(worker._RuntimeOrchestrationContext.is_patched)
    assert "_tasks" in worker.task.CompositeTask.__annotations__, moved("CompositeTask._tasks")
    resuming = inspect.getsource(inspect.unwrap(worker._OrchestrationExecutor.process_event))
    assert "for e in self._suspended_events:" in resuming, moved("how a pause ends")


def test_what_tracing_reaches_into_is_where_it_is() -> None:
    """See `durably.engine.tracing`: the SDK's tracer, which is off without one, and the method that runs a turn."""
    from durably.engine.sdk import worker  # noqa: PLC0415

    assert hasattr(worker, "otel_tracer"), moved("otel_tracer")
    spans = inspect.getsource(worker.TaskHubGrpcWorker._activity_span)
    assert "otel_tracer is None" in spans, moved("what it does without a tracer")
    assert "parentTraceContext.traceParent" in spans, moved("the parent of an activity's span")
    assert "self" not in spans.split(":", maxsplit=1)[1], moved("what an activity's span needs of the worker")
    parameters = list(inspect.signature(inspect.unwrap(worker._OrchestrationExecutor.execute)).parameters)
    assert parameters[:4] == ["self", "instance_id", "old_events", "new_events"], moved(
        "_OrchestrationExecutor.execute"
    )
