# expect: GLOBALS
from dapr.ext.workflow import DaprWorkflowContext

_number = 0


def _next_number() -> int:
    global _number  # <- GLOBALS
    _number += 1  # <~ GLOBALS
    return _number  # <~ GLOBALS


def register_complaint(ctx: DaprWorkflowContext, complaint: dict):
    ticket = {"number": _next_number(), "text": complaint["text"]}
    yield ctx.call_activity("file_complaint", input=ticket)
    return ticket["number"]
