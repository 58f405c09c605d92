# near: THREADS
from collections import deque
from datetime import timedelta

from dapr.ext.workflow import DaprWorkflowContext


def surgery(ctx: DaprWorkflowContext, patients: list):
    """Patients are seen one after the other, the urgent ones first."""
    queue = deque(sorted(patients, key=lambda patient: (-patient["urgency"], patient["id"])))
    seen = 0
    while queue:
        patient = queue.popleft()
        yield ctx.call_activity("see_patient", input=patient)
        yield ctx.create_timer(timedelta(minutes=5))
        seen += 1
    return seen
