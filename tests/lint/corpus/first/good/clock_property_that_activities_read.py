# near: CLOCK
from dataclasses import dataclass
from datetime import date, timedelta

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@dataclass(frozen=True)
class Passport:
    number: str
    valid_until: str

    @property
    def expired(self) -> bool:
        return date.today() > date.fromisoformat(self.valid_until)

    @property
    def renewal(self) -> str:
        return (date.fromisoformat(self.valid_until) - timedelta(days=90)).isoformat()


@wfr.activity
def check_passport(ctx: wf.WorkflowActivityContext, given: dict) -> bool:
    return Passport(**given).expired


@wfr.workflow
def enter_country(ctx: wf.DaprWorkflowContext, given: dict):
    passport = Passport(**given)
    if (yield ctx.call_activity(check_passport, input=given)):
        return f"refused, renewal was due {passport.renewal}"
    return "entered"
