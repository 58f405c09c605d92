# expect: UNORDERED
from dapr.ext.workflow import DaprWorkflowContext


def ingest(ctx: DaprWorkflowContext, event: dict):
    """Write an event to one of sixteen partitions."""
    partition = hash(event["device"]) % 16  # <- UNORDERED
    yield ctx.call_activity("append_event", input={"partition": partition, "event": event})
    return partition
