"""The table of everything that a worker can run: what its packages declare, never filled by decorators."""

import inspect
import re
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from pydantic.errors import PydanticUserError

from durably.contracts.ids import ID_PATTERN
from durably.contracts.instances import WorkflowDescription

WorkflowFunction = Callable[..., Generator[Any, Any, Any]]
ActivityFunction = Callable[..., Awaitable[Any]]

_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class WorkflowDefinition:
    """One version of a workflow.

    Args:
        name: The registered name, see `durably.contracts.names`.
        version: A released version stays registered as long as an instance of it may be running.
        run: The generator function `(ctx, input)`.
        input_model: What `input` is validated against, and reaches `run` as.
        result_model: What `run` returns.

    Raises:
        TypeError: `run` is no function that can be a workflow, or a model is no pydantic model with a JSON Schema.
        ValueError: The name or the version cannot stand in a path.
    """

    name: str
    version: str
    run: WorkflowFunction
    input_model: type[BaseModel]
    result_model: type[BaseModel]

    def __post_init__(self) -> None:
        about = f"workflow {self.name!r}"
        _refuse_name(about, self.name)
        _refuse_name(f"the version of {about}, {self.version!r},", self.version)
        if not callable(self.run) or inspect.iscoroutinefunction(self.run) or inspect.isasyncgenfunction(self.run):
            raise TypeError(f"{about}: run has to be a generator function, without async; it is {self.run!r}")
        _refuse_model(f"{about}: input_model", self.input_model)
        _refuse_model(f"{about}: result_model", self.result_model)


@dataclass(frozen=True, slots=True)
class ActivityDefinition:
    """One activity: an `async def (ctx, input)`, idempotent under `ctx.task_execution_id`.

    Args:
        name: The registered name.
        run: The coroutine function.
        input_model: What `input` reaches `run` as.
        keeps_input: Whether a rerun that begins with it may not give it another input than was recorded. For what acts
            on something that its input names, such as a charge, so that nobody has it act on another's.

    Raises:
        TypeError: `run` is no coroutine function, or the model is no pydantic model with a JSON Schema.
        ValueError: The name has other characters than a path may have.
    """

    name: str
    run: ActivityFunction
    input_model: type[BaseModel]
    keeps_input: bool = False

    def __post_init__(self) -> None:
        about = f"activity {self.name!r}"
        _refuse_name(about, self.name)
        if not inspect.iscoroutinefunction(self.run):
            raise TypeError(f"{about}: run has to be an async function; it is {self.run!r}")
        _refuse_model(f"{about}: input_model", self.input_model)


class Registry:
    """All workflow versions and activities of one worker.

    Args:
        workflows: Every version of every workflow, oldest first; the last one of a name runs new instances.
        activities: Every activity.

    Raises:
        ValueError: A name, or a version of a name, stands twice, or there is no workflow.
    """

    def __init__(
        self, *, workflows: tuple[WorkflowDefinition, ...], activities: tuple[ActivityDefinition, ...]
    ) -> None:
        if not workflows:
            raise ValueError("A worker without workflows has nothing to do; register at least one.")
        _refuse_twins([f"workflow {w.name} {w.version}" for w in workflows])
        _refuse_twins([f"activity {a.name}" for a in activities])
        self.workflows = workflows
        self.activities = activities
        self._latest = {w.name: w for w in workflows}

    def latest(self, name: str) -> WorkflowDefinition | None:
        """The version that new instances of a workflow run, or None where the name is not registered."""
        return self._latest.get(name)

    def describe(self) -> tuple[WorkflowDescription, ...]:
        """Every workflow with its versions and schemas, sorted by name."""
        return tuple(self._describe(self._latest[name]) for name in sorted(self._latest))

    def _describe(self, latest: WorkflowDefinition) -> WorkflowDescription:
        return WorkflowDescription(
            name=latest.name,
            versions=tuple(w.version for w in self.workflows if w.name == latest.name),
            latest_version=latest.version,
            input_schema=latest.input_model.model_json_schema(),
            result_schema=latest.result_model.model_json_schema(),
        )


def _refuse_twins(names: list[str]) -> None:
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise ValueError(f"Registered twice: {', '.join(twins)}.")


def _refuse_name(about: str, name: object) -> None:
    if not isinstance(name, str) or len(name) > _LONGEST or not re.fullmatch(ID_PATTERN, name):
        raise ValueError(
            f"{about} has to be at most {_LONGEST} letters, digits and ._~-, and begin with one of the former"
        )


def _refuse_model(about: str, model: object) -> None:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise TypeError(f"{about} has to be a pydantic model; it is {model!r}")
    try:
        model.model_json_schema()
    except PydanticUserError as error:
        raise TypeError(f"{about}: {model.__name__} has no JSON Schema: {error.message}") from error
