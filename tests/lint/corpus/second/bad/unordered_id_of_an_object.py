# expect: UNORDERED
import dapr.ext.workflow as wf


class Batch:
    def __init__(self, rows: list) -> None:
        self.rows = rows

    def name(self) -> str:
        return f"batch-{id(self)}"  # <- UNORDERED


def load_rows(ctx: wf.DaprWorkflowContext, rows: list):
    for begin in range(0, len(rows), 100):
        batch = Batch(rows[begin : begin + 100])
        yield ctx.call_activity("load_batch", input={"name": batch.name(), "rows": batch.rows})
    return len(rows)
