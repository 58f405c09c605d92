from typing import Any

from aiohttp import web
from pydantic import ValidationError

from durably.contracts.errors import InvalidInputError, UnknownWorkflowError
from durably.contracts.instances import Scheduled, WorkflowList
from durably.engine.registry import WorkflowDefinition
from worker.control import reading
from worker.control.answering import answer
from worker.control.desk import Desk
from worker.control.showing import Showing


class Starting:
    """What can be started, and the start.

    Args:
        desk: What it works with.
        showing: Shows what was started, where the caller waits for it.
    """

    def __init__(self, desk: Desk, showing: Showing) -> None:
        self._desk = desk
        self._showing = showing
        self._workflows = WorkflowList(workflows=desk.registry.describe()).model_dump_json().encode()

    async def workflows(self, _: web.Request) -> web.Response:
        """`GET /control/workflows`."""
        return web.Response(body=self._workflows, content_type="application/json")

    async def start(self, request: web.Request) -> web.Response:
        """`POST /control/workflows/{name}/instances/{instance_id}?new=1&wait=SECONDS`.

        `new` says that the id was made for this call. With a wait the answer is the instance, not the receipt.
        """
        name = request.match_info["name"]
        definition = self._desk.registry.latest(name)
        if definition is None:
            raise UnknownWorkflowError(f"No workflow is registered as {name!r}; see GET /workflows.")
        instance_id, wait_s = reading.new_id(request), reading.wait_s(request)
        payload = _valid_input(definition, await request.read())
        self._desk.gate.check_start()
        new, asked_at = "new" in request.query, self._desk.clock()
        starting = self._desk.engine.start(name, instance_id=instance_id, payload=payload, new=new)
        if await self._desk.bounded(starting):
            self._desk.started_by(reading.actor(request), instance_id)
        self._desk.index.asked_for(instance_id, name, asked_at)
        if wait_s:
            return await self._showing.waited(instance_id, wait_s)
        return answer(Scheduled(instance_id=instance_id), status=202)


def _valid_input(definition: WorkflowDefinition, body: bytes) -> Any:
    """The input as it is recorded: with its defaults, so that the same request is equal to itself."""
    try:
        given = definition.input_model.model_validate_json(body or b"{}")
        return reading.bounded(given.model_dump(mode="json"), "input")
    except ValidationError as error:
        raise _misfit(definition, error) from error


def _misfit(definition: WorkflowDefinition, error: ValidationError) -> InvalidInputError:
    return reading.invalid(error, f"The input does not fit {definition.name} {definition.version}.")
