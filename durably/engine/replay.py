"""A turn: the workflow's code runs from its first line on, over what was recorded before and what is new."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from dapr.ext.workflow.logger import LoggerOptions
from dapr.ext.workflow.propagation import PropagatedHistory

from durably.contracts.held_back import HoldKind
from durably.contracts.observations import HostObserver, TurnReport
from durably.engine.holding import Holds
from durably.engine.registry import Registry
from durably.engine.reports import turn_report
from durably.engine.sdk import HistoryCache, helpers
from durably.engine.sdk import messages as pb
from durably.engine.segments import patches_of
from durably.engine.table import workflow_table
from durably.engine.trouble import Inquiry, Trouble, WatchfulExecutor, why_held
from durably.engine.turns import watched

_LOGGING: Final = LoggerOptions(log_level=logging.WARNING, log_handler=logging.NullHandler())
_SDK_LOG: Final = logging.getLogger("durabletask-worker")
_NOT_HERE: Final = (helpers.new_workflow_version_not_available_action(-1),)
"""Stalls an instance until another worker connects: what the SDK answers where it has not the version."""

_NOT_NOW: Final = (*_NOT_HERE, pb.WorkflowAction(id=-1, createDetachedWorkflow=pb.CreateDetachedWorkflowAction()))
"""daprd 1.18 loses an instance that is stalled before its start was recorded. An action that it refuses, here the start
of an instance without an id, makes it give the turn up, change nothing, and hand it out again a second later. The
embedded engine looks for the other action first, and stalls."""

_log = logging.getLogger(__name__)


class Ran(NamedTuple):
    """What became of a turn.

    Attributes:
        response: The `WorkflowResponse`.
        report: What it came to, if its code was reached.
        pause_s: How long the response has to be kept, so that the engine does not ask again in a tight loop.
    """

    response: Any
    report: TurnReport | None = None
    pause_s: float = 0.0


class TurnRunner:
    """Runs turns, and remembers the histories of instances that go on, so that the engine sends only what is new.

    Args:
        registry: What can be run.
        observer: Told of starts, replays and ends.
        holds: Where turns are noted that this worker's code cannot run.
        learn_workflow: Told which workflow an instance id belongs to.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        observer: HostObserver,
        holds: Holds,
        learn_workflow: Callable[[str, str], None],
    ) -> None:
        self._inquiry = Inquiry(registry)
        self._holds = holds
        self._histories: Any = HistoryCache()
        self._table = workflow_table(
            registry, lambda definition: watched(definition, observer, learn_workflow), logging=_LOGGING
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

    def run(self, request: Any, past: list[Any]) -> Ran:
        """Run a turn.

        Args:
            request: The engine's `WorkflowRequest`.
            past: What was recorded before.
        """
        executor = WatchfulExecutor(self._table, _SDK_LOG)
        try:
            turn = _executed(executor, request, past)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - of other exceptions the executor has made an end
            executor.trouble = executor.trouble or Trouble(error)
            turn = None
        trouble = executor.trouble
        if trouble is not None and (kind := why_held(trouble)) is not None:
            return self._hold(request, past, kind, trouble)
        self._holds.let_go(request.instanceId)
        if trouble is not None and turn is None:
            _log.error("the turn of %s could not be run", request.instanceId, exc_info=trouble.error)
            return Ran(failed_turn(request, trouble.error))
        return self._done(request, past, turn)

    def _done(self, request: Any, past: list[Any], turn: Any) -> Ran:
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
        return Ran(response, turn_report(response))

    def _hold(self, request: Any, past: list[Any], kind: HoldKind, trouble: Trouble) -> Ran:
        """Hold a turn back. One in which the instance is terminated needs no code: it ends."""
        said = helpers.get_string_value(trouble.custom_status)
        response = pb.WorkflowResponse(instanceId=request.instanceId, customStatus=said)
        if (end := _termination(request)) is not None:
            response.actions.append(end)
            patches = (patch for _, patch in patches_of([*past, *request.newEvents]))
            response.version.patches.extend(patches)  # an engine stalls an instance that lacks any of them
            self._histories.delete(request.instanceId)
            self._holds.let_go(request.instanceId)
            return Ran(response, turn_report(response))
        is_first = not any(event.HasField("executionStarted") for event in past)
        response.actions.extend(_NOT_NOW if is_first else _NOT_HERE)
        self._histories.put(request.instanceId, past)
        report = turn_report(response)  # before the rehearsal, which runs turns of its own
        if self._holds.again(request.instanceId, kind):
            return Ran(response, report, self._holds.pause_s if is_first else 0.0)
        self._holds.hold(self._inquiry.about(request, past, kind=kind, trouble=trouble))
        return Ran(response, report)

    def _remember(self, instance_id: str, past: list[Any], actions: Iterable[Any]) -> None:
        if any(action.HasField("completeWorkflow") for action in actions):
            self._histories.delete(instance_id)
        else:
            self._histories.put(instance_id, past)


def _executed(executor: WatchfulExecutor, request: Any, past: list[Any]) -> Any:
    has_more = request.HasField("propagatedHistory")
    propagated = PropagatedHistory.from_proto(request.propagatedHistory) if has_more else None
    return executor.execute(request.instanceId, past, request.newEvents, propagated_history=propagated)


def _termination(request: Any) -> Any | None:
    """The action that ends an instance that was terminated, if it was."""
    asked = (event.executionTerminated for event in request.newEvents if event.HasField("executionTerminated"))
    if (end := next(asked, None)) is None:
        return None
    output = end.input.value if end.HasField("input") else None
    return helpers.new_complete_workflow_action(-1, pb.ORCHESTRATION_STATUS_TERMINATED, output)


def failed_turn(about: Any, error: BaseException) -> Any:
    """The response that ends an instance as failed, in place of one that cannot be had or sent."""
    details = helpers.new_failure_details(error)
    action = helpers.new_complete_workflow_action(-1, pb.ORCHESTRATION_STATUS_FAILED, "", details)
    return pb.WorkflowResponse(instanceId=about.instanceId, actions=[action])
