# near: UNORDERED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def invite(ctx: wf.WorkflowActivityContext, person: str) -> bool:
    return bool(person)


@wfr.workflow
def invite_teams(ctx: wf.DaprWorkflowContext, teams: list):
    people = {person for team in teams for person in team["members"]}
    absent = frozenset(team["absent"] for team in teams)
    answers = yield wf.when_all([ctx.call_activity(invite, input=person) for person in sorted(people - absent)])
    return {"asked": len(people), "coming": sum(answers), "all": all(person for person in people)}
