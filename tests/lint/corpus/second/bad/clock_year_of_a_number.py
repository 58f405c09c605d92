# expect: CLOCK
import time

import dapr.ext.workflow as wf


def _case_number(court: str, running: int) -> str:
    year = time.strftime("%Y")  # <- CLOCK
    return f"{court}/{running:05}/{year}"


def open_case(ctx: wf.DaprWorkflowContext, complaint: dict):
    running = yield ctx.call_activity("next_number", input=complaint["court"])
    number = _case_number(complaint["court"], running)
    yield ctx.call_activity("write_case", input={"number": number, "text": complaint["text"]})
    return number
