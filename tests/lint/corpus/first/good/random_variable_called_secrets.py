# near: RANDOM
from dapr.ext.workflow import DaprWorkflowContext


def rotate(ctx: DaprWorkflowContext, vault: dict):
    """Rotate each secret of a vault."""
    secrets = vault["names"]
    choice = vault.get("choice", "oldest")
    rotated = []
    for secret in secrets:
        rotated.append((yield ctx.call_activity("rotate_secret", input={"name": secret, "choice": choice})))
    return rotated
