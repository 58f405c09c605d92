"""The whole check: files in, findings out."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from durably.lint.allowing import allowed
from durably.lint.checks.calling import direct, unregistered
from durably.lint.checks.effects import effects
from durably.lint.checks.looping import catch_all, unbounded
from durably.lint.checks.mutations import Mutations
from durably.lint.checks.ordering import unordered
from durably.lint.checks.payloads import payloads
from durably.lint.checks.replaying import replaying
from durably.lint.checks.running import unrun
from durably.lint.checks.state import shared_state
from durably.lint.checks.telling import logging
from durably.lint.checks.view import Hit, View
from durably.lint.checks.waiting import deadlines
from durably.lint.checks.yielding import unyielded
from durably.lint.findings import Finding, Span
from durably.lint.project import Project
from durably.lint.reach import Site, reached
from durably.lint.registering import roles
from durably.lint.resolving import Resolver
from durably.lint.rulebook import RULES
from durably.lint.scopes import Function
from durably.lint.sources import Source, files, read

_OUTSIDE = (effects, unordered, logging)
_SCHEDULING = (unyielded, unrun, direct, payloads, unregistered, replaying)
_WAITING = (unbounded, deadlines, catch_all)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it.

    Args:
        findings: What was found, sorted by place.
        files: How many files were read.
        workflows: How many workflows there are in them.
    """

    findings: tuple[Finding, ...]
    files: int
    workflows: int


def lint(
    paths: Iterable[Path], *, rules: frozenset[str], progress: Callable[[int, int], object] = lambda _, __: None
) -> Report:
    """Check all workflows of some files and folders. Nothing of them is imported or run.

    Args:
        paths: Files and folders.
        rules: The ids of the rules that count.
        progress: Told how many files were read, and how many there are.
    """
    found = list(files(paths))
    sources = (read(path, shown) for path, shown in found)
    return check(sources, rules=rules, progress=lambda done: progress(done, len(found)))


def check(
    sources: Iterable[Source], *, rules: frozenset[str], progress: Callable[[int], object] = lambda _: None
) -> Report:
    """The same for files that were read already.

    Args:
        sources: The files.
        rules: The ids of the rules that count.
        progress: Told how many were gone through.
    """
    project = Project(sources, progress)
    resolver = Resolver(project)
    known = roles(resolver)
    mutations = Mutations(resolver)
    findings = [_unreadable(one) for one in project.unreadable]
    sites = list(reached(resolver, known))
    for site in sites:
        view = View(site, resolver, known)
        findings += [_finding(site, hit) for hit in _hits(view, mutations)]
    kept = allowed(_first_of_each(findings), [module.source for module in project.modules])
    chosen = sorted((one for one in kept if one.rule in rules), key=Finding.key)
    return Report(tuple(chosen), len(project.modules) + len(project.unreadable), sum(site.entry for site in sites))


def _hits(view: View, mutations: Mutations) -> Iterator[Hit]:
    for one in (*_OUTSIDE, *_SCHEDULING, *_WAITING):
        yield from one(view)
    yield from shared_state(view, mutations)


def _unreadable(source: Source) -> Finding:
    line, says = source.problem or (1, "it cannot be read")
    return Finding(source.shown, Span(line, 1, line, 1), "SYNTAX", says, RULES["SYNTAX"].hint).shown_in(source.lines)


def _finding(site: Site, hit: Hit) -> Finding:
    source = (hit.module or site.function.module).source
    span = Span.of(hit.node, source.lines)
    if hasattr(hit.node, "body") and not isinstance(hit.node, ast.expr):  # the head, not all that stands under it
        span = Span(span.line, span.column, span.line, len(source.lines[span.line - 1].rstrip()) + 1)
    chain = tuple(_shown(one) for one in site.chain)
    hint = hit.hint or RULES[hit.rule].hint
    return Finding(source.shown, span, hit.rule, hit.message, hint, chain, fix=hit.fix).shown_in(source.lines)


def _shown(function: Function) -> str:
    return function.qualified


def _first_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """One finding of each rule in a line: what stands in another is the same thing said twice."""
    first: dict[tuple[str, str, int], Finding] = {}
    for one in sorted(findings, key=Finding.key):
        first.setdefault((one.path, one.rule, one.span.line), one)
    return list(first.values())
