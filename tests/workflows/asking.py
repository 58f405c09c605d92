"""Workflows that do nothing but ask people."""

from collections.abc import Generator
from typing import Any, Final

from pydantic import RootModel

from durably.authoring import approval
from durably.contracts.approvals import ApprovalRequest, Decision
from durably.engine.registry import WorkflowDefinition
from durably.engine.workflow import WorkflowContext

ASK: Final = "ask"
ASK_TWICE: Final = "ask_twice"
PROBE: Final = "probe"


class Anything(RootModel[Any]):
    """Any JSON value."""


def ask(ctx: WorkflowContext, request: ApprovalRequest) -> Generator[Any, Any, Decision]:
    """Ask, and return the decision."""
    return (yield from approval(ctx, request))


def ask_twice(ctx: WorkflowContext, request: ApprovalRequest) -> Generator[Any, Any, Any]:
    """Ask, wait for the event `go`, ask once more; return both decisions."""
    first = yield from approval(ctx, request)
    yield ctx.wait_for_external_event("go")
    second = yield from approval(ctx, request)
    return [first.model_dump(mode="json"), second.model_dump(mode="json")]


def probe(_ctx: WorkflowContext, _given: Anything) -> Generator[Any, Any, Any]:
    """Nothing: that it ends shows that the engine runs workflows here."""
    yield from ()


ASKING: Final = (
    WorkflowDefinition(name=ASK, version="v1", run=ask, input_model=ApprovalRequest, result_model=Decision),
    WorkflowDefinition(name=ASK_TWICE, version="v1", run=ask_twice, input_model=ApprovalRequest, result_model=Anything),
    WorkflowDefinition(name=PROBE, version="v1", run=probe, input_model=Anything, result_model=Anything),
)
