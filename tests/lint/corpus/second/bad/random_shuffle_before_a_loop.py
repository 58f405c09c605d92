# expect: RANDOM
import random

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def ask(ctx: wf.WorkflowActivityContext, question: dict) -> bool:
    return bool(question)


@wfr.workflow
def quiz(ctx: wf.DaprWorkflowContext, game: dict):
    questions = list(game["questions"])
    random.shuffle(questions)  # <- RANDOM
    right = 0
    for number, question in enumerate(questions[:10]):
        right += yield ctx.call_activity(ask, input={"number": number, "question": question})
    return right
