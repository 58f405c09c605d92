"""What a request says, as values that are valid."""

import json
from typing import Any, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from durably.contracts import actors
from durably.contracts.complaints import complaint
from durably.contracts.depth import MAX_DEPTH, is_deeper
from durably.contracts.errors import InstanceNotFoundError, InvalidInputError
from durably.contracts.ids import InstanceId
from durably.contracts.names import ACTOR_HEADER

M = TypeVar("M", bound=BaseModel)

_MAX_WAIT_S: Final = 60.0
_INSTANCE_ID: Final[TypeAdapter[str]] = TypeAdapter(InstanceId)


def existing_id(request: web.Request) -> str:
    """The id in the path. Bytes that are no text cannot be the id of anything, and no message could carry them."""
    instance_id = request.match_info["instance_id"]
    if not instance_id.isascii():
        try:
            instance_id.encode()
        except UnicodeEncodeError as error:
            raise InstanceNotFoundError("There is no instance with an id that is not text.") from error
    return instance_id


def new_id(request: web.Request) -> str:
    """The id in the path, as one that a new instance may have."""
    try:
        return _INSTANCE_ID.validate_python(request.match_info["instance_id"])
    except ValidationError as error:
        raise invalid(error, "The instance id cannot be used.", "instance_id") from error


def wait_s(request: web.Request) -> float:
    """How long the caller wants to wait."""
    given = request.query.get("wait", "0")
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= _MAX_WAIT_S:
        wrong = {"field": "wait", "message": f"must be a number of seconds from 0 to {_MAX_WAIT_S:g}"}
        raise InvalidInputError(f"A wait of {given!r} is not possible.", errors=(wrong,))
    return seconds


def actor(request: web.Request) -> str:
    """Who asks, as the API has established it."""
    return actors.from_header(request.headers.get(ACTOR_HEADER))


def query(request: web.Request, model: type[M]) -> M:
    """The query as a model; a field that holds several values may be repeated."""
    several = {name for name, field in model.model_fields.items() if isinstance(field.default, tuple)}
    given = {key: request.query.getall(key) if key in several else request.query[key] for key in request.query}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid(error, "The query cannot be used.") from error


async def body(request: web.Request, model: type[M]) -> M:
    """The body as a model; none at all is an empty object."""
    try:
        return model.model_validate_json(await request.read() or b"{}")
    except ValidationError as error:
        raise invalid(error, "The body cannot be used.", "body") from error


async def any_json(request: web.Request) -> Any:
    """The body, whatever JSON it is; None without one."""
    text = await request.read()
    try:
        return bounded(json.loads(text, parse_constant=_refused) if text else None, "body")
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("The body is not JSON.", errors=({"field": "body", "message": str(error)},)) from error


def bounded(value: Any, field: str) -> Any:
    """A JSON value, unless it is nested too deeply.

    Args:
        value: The value.
        field: What it is called in the request.
    """
    if is_deeper(value):
        wrong = {"field": field, "message": f"is nested more than {MAX_DEPTH} levels deep"}
        raise InvalidInputError(f"Look at: {field}.", errors=(wrong,))
    return value


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def invalid(error: ValidationError, detail: str, field: str = "input", *, within: str = "") -> InvalidInputError:
    """A model's complaint as ours.

    Args:
        error: The complaint.
        detail: What it is about.
        field: The name of the whole, where no field is named.
        within: What the fields are part of, where they are not the whole request.
    """

    def name(place: tuple[int | str, ...]) -> str:
        return ".".join(str(part) for part in ((within,) if within else ()) + place) or field

    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    return InvalidInputError(detail, errors=tuple({"field": name(w["loc"]), "message": complaint(w)} for w in wrong))
