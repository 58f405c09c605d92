# near: CLOCK, UUID, ASYNCIO, LOGGING
import logging
from datetime import datetime, timezone
from uuid import uuid4

import dapr.ext.workflow as wf
from fastapi import FastAPI

app = FastAPI()
runtime = wf.WorkflowRuntime()
logger = logging.getLogger(__name__)


@runtime.activity
def kitchen(ctx: wf.WorkflowActivityContext, meal: dict) -> str:
    logger.info("cooking %s since %s", meal["name"], datetime.now(timezone.utc))
    return f"{meal['name']} is served"


@runtime.workflow
def serve_meal(ctx: wf.DaprWorkflowContext, meal: dict):
    return (yield ctx.call_activity(kitchen, input=meal))


@app.post("/meals")
async def order_meal(meal: dict) -> dict:
    instance_id = f"meal-{uuid4()}"
    wf.DaprWorkflowClient().schedule_new_workflow(serve_meal, input=meal, instance_id=instance_id)
    logger.info("ordered %s at %s", instance_id, datetime.now(timezone.utc))
    return {"id": instance_id}
