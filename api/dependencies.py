"""What routes are given."""

from typing import Annotated

from fastapi import Depends, Path, Request

from api.control import ControlClient
from api.security import callers
from api.security.standing import Standing, standing_of
from api.settings import ApiSettings
from api.shutdown import Shutdown

# Coroutines, because the framework runs plain functions on a thread each time.


async def _control(request: Request) -> ControlClient:
    client: ControlClient = request.app.state.control
    return client


async def _shutdown(request: Request) -> Shutdown:
    shutdown: Shutdown = request.app.state.shutdown
    return shutdown


async def _settings(request: Request) -> ApiSettings:
    settings: ApiSettings = request.app.state.settings
    return settings


async def _caller(request: Request) -> callers.Caller:
    return callers.caller_of(request.scope)


async def _actor(request: Request) -> str:
    return callers.caller_of(request.scope).name


async def _standing(request: Request) -> Standing:
    return standing_of(request)


InstancePath = Annotated[str, Path(description="The instance's id.", examples=["task-7"])]
WorkflowPath = Annotated[str, Path(description="A registered name.", examples=["task_processing_workflow"])]

Control = Annotated[ControlClient, Depends(_control)]
Settings = Annotated[ApiSettings, Depends(_settings)]
Stopping = Annotated[Shutdown, Depends(_shutdown)]
Caller = Annotated[callers.Caller, Depends(_caller)]
CallerStanding = Annotated[Standing, Depends(_standing)]
Actor = Annotated[str, Depends(_actor)]
"""Who calls, never from the body: the authenticated name, or without authentication what the caller says it is."""
