# expect: CATCH_ALL
from contextlib import suppress

from dapr.ext.workflow import DaprWorkflowContext


def tidy_up(ctx: DaprWorkflowContext, workspace: dict):
    for folder in workspace["folders"]:
        with suppress(Exception):  # <- CATCH_ALL
            yield ctx.call_activity("remove_folder", input=folder)
    yield ctx.call_activity("remove_workspace", input=workspace["id"])
    return "tidy"
