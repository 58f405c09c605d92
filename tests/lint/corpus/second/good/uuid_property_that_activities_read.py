# near: UUID
import uuid
from dataclasses import dataclass

import dapr.ext.workflow as wf

runtime = wf.WorkflowRuntime()


@dataclass(frozen=True)
class Badge:
    name: str
    company: str

    @property
    def secret(self) -> str:
        return uuid.uuid4().hex

    @property
    def title(self) -> str:
        return f"{self.name}, {self.company}"


@runtime.activity(name="print_badge")
def print_badge(ctx: wf.WorkflowActivityContext, given: dict) -> str:
    badge = Badge(**given)
    return f"{badge.title}: {badge.secret}"


@runtime.workflow(name="admit")
def admit(ctx: wf.DaprWorkflowContext, given: dict):
    badge = Badge(**given)
    yield ctx.call_activity("print_badge", input=given)
    return badge.title
