"""The bare side's client, and what both sides' clients say when a workflow does not end as it should."""

from typing import Final

from dapr.ext.workflow import WorkflowStatus
from dapr.ext.workflow.aio import DaprWorkflowClient

END_WITHIN_S: Final = 120
"""Seconds after which a workflow counts as stuck."""


class UnfinishedError(Exception):
    """A workflow did not complete: what was measured is worth nothing."""


class SdkClient:
    """The SDK's own asynchronous client.

    Args:
        port: The engine's gRPC port.
    """

    def __init__(self, port: int) -> None:
        self._client = DaprWorkflowClient(host="127.0.0.1", port=str(port))

    async def run(self, instance_id: str, workflow: str, size: int) -> None:
        """See `Rig.run`."""
        given = {"n": size}
        await self._client.schedule_new_workflow(workflow, instance_id=instance_id, input=given)
        state = await self._client.wait_for_workflow_completion(instance_id, timeout_in_seconds=END_WITHIN_S)
        if state is None or state.runtime_status is not WorkflowStatus.COMPLETED:
            raise UnfinishedError(f"{instance_id}: {state}")
