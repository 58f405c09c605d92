"""Which functions are workflows, and which are activities."""

import ast
from dataclasses import dataclass, field
from typing import Final

from durably.lint.resolving import Resolver
from durably.lint.scopes import Binding, Function, Module, last_name
from durably.lint.things import Thing, named

CONTEXT_NAMES: Final = frozenset({"ctx", "context", "wf_ctx", "wfctx", "workflow_ctx", "workflow_context"})
CONTEXT_TYPES: Final = frozenset(
    {"WorkflowContext", "DaprWorkflowContext", "OrchestrationContext", "AsyncWorkflowContext"}
)
ACTIVITY_TYPES: Final = frozenset({"ActivityContext", "WorkflowActivityContext"})
SCHEDULING: Final = frozenset({"call_activity", "call_child_workflow", "create_timer", "wait_for_external_event"})
"""What returns a task that has to be yielded."""
METHODS: Final = SCHEDULING | {"call_sub_orchestrator", "continue_as_new", "set_custom_status", "is_patched"}
_MARKS: Final = METHODS | {"current_utc_datetime", "is_replaying"}
KNOWN: Final = frozenset({"send_notification"})
"""What every worker of Durably has registered."""


@dataclass
class Roles:
    """What was found out about the functions of a project.

    Args:
        workflows: Those that an engine calls, by a registration or by their form.
        registered: Those of them, and the activities, that a registration names.
        activities: What runs outside of workflows.
        names: Every registered name by role; whatever cannot be read as text is `*`.
        contexts: The parameters that are declared to be the context of a workflow.
        places: The modules that register something.
    """

    workflows: dict[Function, None] = field(default_factory=dict)
    registered: set[Function] = field(default_factory=set)
    activities: set[Function] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=lambda: {"workflow": set(), "activity": set(KNOWN)})
    contexts: set[ast.arg] = field(default_factory=set)
    places: set[Module] = field(default_factory=set)

    def add(self, role: str, thing: Thing | None, name: str | None) -> None:
        """Note a registration."""
        self.names[role].add(name or named(thing) or "*")
        if not isinstance(thing, Function):
            return
        self.registered.add(thing)
        if role == "workflow":
            self.workflows[thing] = None
        else:
            self.activities.add(thing)


def by_form(resolver: Resolver, function: Function, found: Roles) -> None:
    """Note a function that has the form of a workflow, or of an activity, whether or not it is registered."""
    first = function.parameters[0] if function.parameters else None
    types = {one: _declared(resolver, one, function) for one in function.parameters[:3] if one.annotation}
    found.contexts |= {one for one, name in types.items() if name in CONTEXT_TYPES}
    if first is None or function in found.activities or function in found.workflows:
        return
    if function.decorators & {"contextmanager", "asynccontextmanager", "fixture"}:
        return
    if types.get(first) in ACTIVITY_TYPES:
        found.activities.add(function)
    elif first in found.contexts or (flows(function) and first.arg in CONTEXT_NAMES and _is_used(function, first)):
        found.workflows[function] = None


def _declared(resolver: Resolver, parameter: ast.arg, function: Function) -> str:
    annotation = parameter.annotation
    if isinstance(annotation, ast.Constant):
        return str(annotation.value).rpartition(".")[2]
    plain = last_name(annotation) if annotation else ""
    if plain in CONTEXT_TYPES | ACTIVITY_TYPES:
        return plain
    made = resolver.declared(annotation, function.scope.parent or function.scope)
    return named(made.of) if made else ""


def flows(function: Function) -> bool:
    """Whether it has the form of a workflow: a generator, or what somebody wrote in its place."""
    return function.is_generator or isinstance(function.node, ast.AsyncFunctionDef)


def _is_used(function: Function, first: ast.arg) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in _MARKS and last_name(node.value) == first.arg
        for node in function.nodes
    )


def is_context(name: str, bindings: list[Binding], roles: Roles) -> bool:
    """Whether a name stands for the context of a workflow."""
    return name in CONTEXT_NAMES or any(one.node in roles.contexts for one in bindings)
