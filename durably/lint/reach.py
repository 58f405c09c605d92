"""What a workflow runs: its own code, and the functions of the project that it gets to."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from durably.lint.resolving import Resolver
from durably.lint.roles import Roles, flows
from durably.lint.scopes import Function
from durably.lint.steps import Step, Steps


@dataclass(frozen=True, slots=True)
class Site:
    """One function that runs in a workflow.

    Args:
        function: The function.
        chain: The functions that lead to it, from the workflow to itself.
        guarded: Whether it is only ever called where `ctx.is_replaying` was asked before.
        shared: Whether `self` is one object for all executions: the workflow is a method.
        entry: Whether an engine calls it: by a registration, or because it has the form and nothing else calls it.
    """

    function: Function
    chain: tuple[Function, ...]
    guarded: bool = False
    shared: bool = False
    entry: bool = False


def reached(resolver: Resolver, roles: Roles) -> Iterator[Site]:
    """Each function that a workflow gets to, once, with the first way that was found; what is not guarded first."""
    steps = Steps(resolver, roles)
    called = steps.targets()
    entries = {one for one in roles.workflows if one in roles.registered or (one not in called and flows(one))}
    roots = sorted(roles.workflows, key=lambda one: (one not in entries, one in called))
    waiting = deque(Site(one, (one,), shared=one.owner is not None, entry=one in entries) for one in roots)
    guarded: deque[Site] = deque()
    seen: set[Function] = set()
    late = deque(one for one in waiting if one.function in called and not one.entry)
    waiting = deque(one for one in waiting if one not in late)
    while waiting or guarded or late:
        site = (waiting or guarded or late).popleft()
        if site.function in seen:
            continue
        seen.add(site.function)
        yield site
        for step in steps.of(site.function):
            following = _following(site, step, entries)
            (guarded if following.guarded else waiting).append(following)


def _following(site: Site, step: Step, entries: set[Function]) -> Site:
    return Site(
        step.to,
        (*site.chain, step.to),
        guarded=site.guarded or step.guarded,
        shared=site.shared and step.to.owner is not None and step.to.owner is site.function.owner,
        entry=step.to in entries,
    )
