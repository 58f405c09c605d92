"""The table of workflows. A released version is never dropped: instances of it may still be running."""

from worker.workflows.task_processing import TASK_PROCESSING_V1

WORKFLOWS = (TASK_PROCESSING_V1,)
