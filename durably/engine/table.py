"""The SDK's table of the workflows that a registry lists."""

from collections.abc import Callable
from typing import Any

from dapr.ext.workflow import DaprWorkflowContext
from dapr.ext.workflow.logger import LoggerOptions

from durably.engine.registry import Registry, WorkflowDefinition
from durably.engine.sdk import WorkflowTable


def workflow_table(
    registry: Registry, made: Callable[[WorkflowDefinition], Callable[..., Any]], *, logging: LoggerOptions
) -> Any:
    """Every version of every workflow, as the SDK's own runtime would register it.

    Args:
        registry: What it lists.
        made: Gives the generator function that is run for a version, on Dapr's context.
        logging: Of that context.
    """
    table: Any = WorkflowTable()
    for definition in registry.workflows:
        table.add_named_orchestrator(
            definition.name,
            _on_dapr(made(definition), logging),
            version_name=definition.version,
            is_latest=registry.latest(definition.name) is definition,
        )
    return table


def _on_dapr(workflow: Callable[..., Any], logging: LoggerOptions) -> Callable[..., Any]:
    """The executor brings a context of its own."""
    return lambda ctx, payload=None: workflow(DaprWorkflowContext(ctx, logging), payload)
