"""The table of workflows. A released version is never dropped: instances of it may still be running."""

from worker.workflows.job_application import JOB_APPLICATION_V1
from worker.workflows.order_processing import ORDER_PROCESSING_V1
from worker.workflows.task_processing import TASK_PROCESSING_V1, TASK_PROCESSING_V2

WORKFLOWS = (TASK_PROCESSING_V1, TASK_PROCESSING_V2, ORDER_PROCESSING_V1, JOB_APPLICATION_V1)
