# expect: FILES
import string

import dapr.ext.workflow as wf


def _letter(customer: dict) -> str:
    with open("templates/dunning.txt", encoding="utf-8") as template:  # <- FILES
        return string.Template(template.read()).substitute(name=customer["name"])


def dunning(ctx: wf.DaprWorkflowContext, customer: dict):
    owed = yield ctx.call_activity("amount_owed", input=customer["id"])
    if owed <= 0:
        return "nothing owed"
    yield ctx.call_activity("send_letter", input={"to": customer["id"], "text": _letter(customer)})
    return "reminded"
