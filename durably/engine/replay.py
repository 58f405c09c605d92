"""A turn: the workflow's code runs from its first line on, over what was recorded before and what is new."""

import logging
from collections.abc import Callable
from typing import Any, Final

from dapr.ext.workflow import DaprWorkflowContext
from dapr.ext.workflow.logger import LoggerOptions
from dapr.ext.workflow.propagation import PropagatedHistory

from durably.contracts.instances import Failure
from durably.contracts.observations import HostObserver, TurnReport
from durably.engine.history import failure_of
from durably.engine.registry import Registry
from durably.engine.reports import turn_report
from durably.engine.sdk import HistoryCache, TurnExecutor, WorkflowTable, helpers
from durably.engine.sdk import messages as pb
from durably.engine.turns import watched

_REFUSALS: Final = frozenset({"OrchestratorNotRegisteredError", "NonDeterminismError", "WorkflowStateError"})
"""What the SDK fails an instance with instead of running its code to an end. It tells nobody but the engine."""

_LOGGING: Final = LoggerOptions(log_level=logging.WARNING, log_handler=logging.NullHandler())
_SDK_LOG: Final = logging.getLogger("durabletask-worker")
_log = logging.getLogger(__name__)


class TurnRunner:
    """Runs turns, and remembers the histories of instances that go on, so that the engine sends only what is new.

    Args:
        registry: What can be run.
        observer: Told of starts, replays, ends, and of each instance that the SDK refused to run.
        learn_workflow: Told which workflow an instance id belongs to.
    """

    def __init__(
        self, registry: Registry, *, observer: HostObserver, learn_workflow: Callable[[str, str], None]
    ) -> None:
        self._on_refusal: Callable[[str, Failure], None] = observer.workflow_refused
        self._histories: Any = HistoryCache()
        self._table: Any = WorkflowTable()
        for definition in registry.workflows:
            self._table.add_named_orchestrator(
                definition.name,
                _on_dapr(watched(definition, observer, learn_workflow)),
                version_name=definition.version,
                is_latest=registry.latest(definition.name) is definition,
            )

    def forget(self) -> None:
        """Forget all histories; on another stream the engine begins with whole ones."""
        self._histories.reset()

    def sweep(self) -> None:
        """Forget the histories of instances in which nothing has happened for an hour."""
        self._histories.sweep_expired()

    def past(self, request: Any) -> list[Any] | None:
        """What was recorded before this turn; None if it was neither sent along nor is remembered."""
        if not request.HasField("cachedHistory"):
            return list(request.pastEvents)
        known: list[Any] | None = self._histories.get(request.instanceId)
        if known is None or len(known) != request.cachedHistory.eventCount:
            return None
        return known + list(request.pastEvents)

    def run(self, request: Any, past: list[Any]) -> tuple[Any, TurnReport | None]:
        """Run a turn.

        Args:
            request: The engine's `WorkflowRequest`.
            past: What was recorded before.

        Returns:
            The `WorkflowResponse`, and what the turn came to, if its code was reached.
        """
        try:
            turn = self._turn(request, past)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - of other exceptions the executor has made an end
            _log.exception("the turn of %s could not be run", request.instanceId)
            return failed_turn(request, error), None
        self._remember(request.instanceId, past, turn.actions)
        version = None
        if turn.version_name or turn.patches:
            version = pb.WorkflowVersion(name=turn.version_name, patches=turn.patches)
        response = pb.WorkflowResponse(
            instanceId=request.instanceId,
            actions=turn.actions,
            customStatus=helpers.get_string_value(turn.encoded_custom_status),
            version=version,
        )
        return response, turn_report(response)

    def _turn(self, request: Any, past: list[Any]) -> Any:
        has_more = request.HasField("propagatedHistory")
        propagated = PropagatedHistory.from_proto(request.propagatedHistory) if has_more else None
        executor = TurnExecutor(self._table, _SDK_LOG)
        return executor.execute(request.instanceId, past, request.newEvents, propagated_history=propagated)

    def _remember(self, instance_id: str, past: list[Any], actions: list[Any]) -> None:
        end = next((action.completeWorkflow for action in actions if action.HasField("completeWorkflow")), None)
        if end is None:
            self._histories.put(instance_id, past)
            return
        self._histories.delete(instance_id)
        if end.failureDetails.errorType in _REFUSALS:
            self._on_refusal(instance_id, failure_of(end.failureDetails))


def failed_turn(about: Any, error: BaseException) -> Any:
    """The response that ends an instance as failed, in place of one that cannot be had or sent."""
    details = helpers.new_failure_details(error)
    action = helpers.new_complete_workflow_action(-1, pb.ORCHESTRATION_STATUS_FAILED, "", details)
    return pb.WorkflowResponse(instanceId=about.instanceId, actions=[action])


def _on_dapr(workflow: Callable[..., Any]) -> Callable[..., Any]:
    """A workflow as the SDK's own runtime would register it: on Dapr's context instead of the executor's."""
    return lambda ctx, payload=None: workflow(DaprWorkflowContext(ctx, _LOGGING), payload)
