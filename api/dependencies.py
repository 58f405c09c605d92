"""What routes are given."""

from typing import Annotated

from fastapi import Depends, Path, Request

from api.control import ControlClient
from api.security.callers import caller_of
from api.shutdown import Shutdown

# Coroutines, because the framework runs plain functions on a thread each time.


async def _control(request: Request) -> ControlClient:
    client: ControlClient = request.app.state.control
    return client


async def _shutdown(request: Request) -> Shutdown:
    shutdown: Shutdown = request.app.state.shutdown
    return shutdown


async def _actor(request: Request) -> str:
    return caller_of(request.scope).name


InstancePath = Annotated[str, Path(description="The instance's id.", examples=["task-7"])]
WorkflowPath = Annotated[str, Path(description="A registered name.", examples=["task_processing_workflow"])]

Control = Annotated[ControlClient, Depends(_control)]
Stopping = Annotated[Shutdown, Depends(_shutdown)]
Actor = Annotated[str, Depends(_actor)]
"""Who calls, never from the body: the authenticated name, or without authentication what the caller says it is."""
