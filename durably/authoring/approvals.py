"""The building block that any workflow asks people with: `decision = yield from approval(ctx, request)`."""

from collections.abc import Generator, Iterable, Sequence
from datetime import UTC, timedelta
from typing import Any

from durably.contracts.approvals import ApprovalRequest, Decision, PendingApproval
from durably.contracts.names import APPROVAL, SEND_NOTIFICATION
from durably.contracts.tasks import Notification
from durably.domain.approvals import considered, next_moment, notices, opened, passed, refused
from durably.domain.policies import OUTBOUND
from durably.engine.workflow import WorkflowContext, retry, when_any


def approval(ctx: WorkflowContext, request: ApprovalRequest) -> Generator[Any, Any, Decision]:
    """Ask people, and return what they decided, or policy for them at the deadline.

    The approvers are told at once. A vote is the event `approval` with a `Vote`; the first vote of each person counts,
    one rejection rejects, `required` approvals approve. Who has not voted is reminded; at the escalation others are
    asked too and may vote from then on; at the deadline policy decides. What is no vote, or not of somebody who may
    vote now, changes nothing and is counted. Where it stands is always in the custom status, the decision in the end.

    Votes that came before the question, such as late ones for an earlier one of the same instance, do not count.
    Nothing waits for a notification to arrive: one that reaches nobody after its last attempt is counted, and the
    question can be answered all the same. Order is that of the history: a vote recorded before the deadline's timer
    counts, however late a worker comes to look at it.
    """
    pending = _without_early_votes(ctx, opened(request, ctx.current_utc_datetime.replace(tzinfo=UTC)))
    sent = _send(ctx, notices(request, pending, None, about=ctx.instance_id))
    while pending.decision is None:
        due = next_moment(request, pending)
        answer = ctx.wait_for_external_event(APPROVAL, timeout=due.at)
        while not answer.is_complete:
            _show(ctx, pending, sent)
            yield when_any([answer, *(notice for notice in sent if not notice.is_complete)])
        if answer.is_failed:
            pending = passed(request, pending, due.kind)
            sent += _send(ctx, notices(request, pending, due.kind, about=ctx.instance_id))
        else:
            pending = considered(pending, answer.get_result())
    _show(ctx, pending, sent)
    return pending.decision


def _without_early_votes(ctx: WorkflowContext, pending: PendingApproval) -> PendingApproval:
    """Take what is already there from the queue of the event: a wait of no time has it at once, or never."""
    while not ctx.wait_for_external_event(APPROVAL, timeout=timedelta(0)).is_failed:
        pending = refused(pending)
    return pending


def _send(ctx: WorkflowContext, wanted: Iterable[Notification]) -> list[Any]:
    return [ctx.call_activity(SEND_NOTIFICATION, input=notice, retry_policy=retry(OUTBOUND)) for notice in wanted]


def _show(ctx: WorkflowContext, pending: PendingApproval, sent: Sequence[Any]) -> None:
    undelivered = sum(notice.is_complete and notice.is_failed for notice in sent)
    ctx.set_custom_status(pending.model_copy(update={"undelivered": undelivered}).model_dump_json())
