import asyncio
from collections.abc import Coroutine
from typing import Any, Final, Protocol, TypeVar

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from durably.contracts.errors import EngineTimeoutError, InstanceNotFoundError, InvalidInputError, UnknownWorkflowError
from durably.contracts.ids import InstanceId
from durably.contracts.instances import History, InstanceView, Scheduled, WorkflowList
from durably.engine.registry import Registry, WorkflowDefinition
from worker.control.gate import Gate

T = TypeVar("T")

_MAX_WAIT_S: Final = 60.0
_INSTANCE_ID: Final[TypeAdapter[str]] = TypeAdapter(InstanceId)


class Engine(Protocol):
    """The part of `durably.engine.client.EngineClient` that the control API uses; see there."""

    async def start(self, workflow: str, *, instance_id: str, payload: Any, new: bool = False) -> None:
        """Start an instance, once."""

    async def get(self, instance_id: str) -> InstanceView:
        """The instance as it is now."""

    async def wait(self, instance_id: str, *, timeout_s: float) -> InstanceView:
        """The instance once it has ended, or as it is when the wait is over."""

    async def history(self, instance_id: str) -> History:
        """Everything that was recorded for it."""


class Handlers:
    """One method a route: parse, call, translate.

    Args:
        registry: What may be started.
        engine: The client of the workflow engine.
        gate: Whether starts are taken, and when waits have to end.
        budget_s: Seconds within which the engine has to have answered.
    """

    def __init__(self, registry: Registry, *, engine: Engine, gate: Gate, budget_s: float) -> None:
        self._registry = registry
        self._engine = engine
        self._gate = gate
        self._budget_s = budget_s
        self._workflows = WorkflowList(workflows=registry.describe()).model_dump_json().encode()

    async def workflows(self, _: web.Request) -> web.Response:
        """`GET /control/workflows`."""
        return web.Response(body=self._workflows, content_type="application/json")

    async def start(self, request: web.Request) -> web.Response:
        """`POST /control/workflows/{name}/instances/{instance_id}?new=1&wait=SECONDS`.

        `new` says that the id was made for this call. With a wait the answer is the instance, not the receipt.
        """
        name = request.match_info["name"]
        definition = self._registry.latest(name)
        if definition is None:
            raise UnknownWorkflowError(f"No workflow is registered as {name!r}; see GET /workflows.")
        instance_id, wait_s = _valid_id(request), _wait_s(request)
        payload = _valid_input(definition, await request.read())
        self._gate.check_start()
        new = "new" in request.query
        await self._bounded(self._engine.start(name, instance_id=instance_id, payload=payload, new=new))
        if wait_s:
            return await self._waited(instance_id, wait_s)
        return _answer(Scheduled(instance_id=instance_id), status=202)

    async def instance(self, request: web.Request) -> web.Response:
        """`GET /control/instances/{instance_id}?wait=SECONDS`."""
        instance_id, wait_s = _id(request), _wait_s(request)
        if wait_s:
            return await self._waited(instance_id, wait_s)
        return _answer(await self._bounded(self._engine.get(instance_id)))

    async def _waited(self, instance_id: str, wait_s: float) -> web.Response:
        waiting = self._bounded(self._engine.wait(instance_id, timeout_s=wait_s), wait_s)
        view = await self._gate.unless_closing(waiting)
        return _answer(await self._bounded(self._engine.get(instance_id)) if view is None else view)

    async def history(self, request: web.Request) -> web.Response:
        """`GET /control/instances/{instance_id}/history`."""
        return _answer(await self._bounded(self._engine.history(_id(request))))

    async def _bounded(self, call: Coroutine[Any, Any, T], wait_s: float = 0) -> T:
        try:
            async with asyncio.timeout(self._budget_s + wait_s):
                return await call
        except TimeoutError as error:
            raise EngineTimeoutError("The workflow engine takes too long; try again.") from error


def _answer(model: BaseModel, *, status: int = 200) -> web.Response:
    return web.Response(body=model.model_dump_json().encode(), status=status, content_type="application/json")


def _id(request: web.Request) -> str:
    """The id in the path. Bytes that are no text cannot be the id of anything, and no message could carry them."""
    instance_id = request.match_info["instance_id"]
    if not instance_id.isascii():
        try:
            instance_id.encode()
        except UnicodeEncodeError as error:
            raise InstanceNotFoundError("There is no instance with an id that is not text.") from error
    return instance_id


def _valid_id(request: web.Request) -> str:
    try:
        return _INSTANCE_ID.validate_python(request.match_info["instance_id"])
    except ValidationError as error:
        raise _invalid(error, "The instance id cannot be used.", "instance_id") from error


def _valid_input(definition: WorkflowDefinition, body: bytes) -> Any:
    """The input as it is recorded: with its defaults, so that the same request is equal to itself."""
    try:
        return definition.input_model.model_validate_json(body or b"{}").model_dump(mode="json")
    except ValidationError as error:
        raise _invalid(error, f"The input does not fit {definition.name} {definition.version}.") from error


def _wait_s(request: web.Request) -> float:
    given = request.query.get("wait", "0")
    try:
        wait_s = float(given)
    except ValueError:
        wait_s = -1
    if not 0 <= wait_s <= _MAX_WAIT_S:
        wrong = {"field": "wait", "message": f"must be a number of seconds from 0 to {_MAX_WAIT_S:g}"}
        raise InvalidInputError(f"A wait of {given!r} is not possible.", errors=(wrong,))
    return wait_s


def _invalid(error: ValidationError, detail: str, field: str = "") -> InvalidInputError:
    def name(place: tuple[int | str, ...]) -> str:
        return ".".join(str(part) for part in place) or field or "input"

    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    return InvalidInputError(detail, errors=tuple({"field": name(w["loc"]), "message": w["msg"]} for w in wrong))
