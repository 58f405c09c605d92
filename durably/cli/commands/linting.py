"""`durably lint`: is workflow code deterministic?"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from durably.cli.commands.output import document, note, say
from durably.cli.commands.text import printable
from durably.cli.exits import ExitCode, UsageError
from durably.lint.fixing import fix
from durably.lint.linting import Report, lint
from durably.lint.rulebook import RULES, Rule
from durably.lint.rulebook.page import explanation
from durably.lint.sarif import sarif
from durably.lint.telling import lines, summary

_MANY: Final = 200
"""From so many files on a person sees how it goes."""
_ROUNDS: Final = 5
_RELEASED: Final = "a change of released workflow code needs a new version: what is running replays the old one"


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATH]...", help="Files and folders; without any, this folder.", show_default=False),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select", metavar="RULES", help="Only these rules: ids, with commas between them.", show_default=False
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="RULES", help="Not these rules.", show_default=False),
]
Shape = Annotated[Format, typer.Option("--format", help="How findings are printed.")]
Fix = Annotated[bool, typer.Option("--fix", help="Mend what can be mended safely, and print what is left.")]
Explain = Annotated[
    str | None,
    typer.Option("--explain", metavar="RULE", help="Say what a rule is about, and stop.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="The same as --format json.")]


def check_code(
    *,
    paths: Paths = None,
    select: Select = None,
    ignore: Ignore = None,
    format: Shape = Format.TEXT,  # noqa: A002 - the option's name
    fix: Fix = False,
    explain: Explain = None,
    json: Json = False,
) -> None:
    """Check workflow code for what a replay cannot repeat.

    That is clocks, randomness, files, shared state, missing yields and more; docs/determinism.md says why. All
    functions of the tree that a workflow calls are followed; nothing is imported or run. A single finding is allowed
    with a comment: # durably: allow[RULE] reason

    Exit code 0: nothing was found. 1: something was. 2: the command has to be changed.
    """
    shape = Format.JSON if json else format
    if explain is not None:
        _explain(RULES[_known(explain)], shape)
        return
    report, fixed = _checked(paths or [Path()], _chosen(select, ignore), mend=fix)
    _print(report, fixed, shape)
    if report.findings:
        raise typer.Exit(ExitCode.FAILED)


def _explain(rule: Rule, shape: Format) -> None:
    if shape is Format.TEXT:
        say(explanation(rule).rstrip())
    else:
        document(asdict(rule))


def _known(rule: str) -> str:
    if rule.upper() not in RULES:
        raise UsageError(f"there is no rule {rule!r}", hint=f"there are {', '.join(RULES)}")
    return rule.upper()


def _chosen(select: list[str] | None, ignore: list[str] | None) -> frozenset[str]:
    wanted = {_known(one.strip()) for part in select or [] for one in part.split(",") if one.strip()} or set(RULES)
    return frozenset(wanted - {_known(one.strip()) for part in ignore or [] for one in part.split(",") if one.strip()})


def _checked(paths: list[Path], rules: frozenset[str], *, mend: bool) -> tuple[Report, int]:
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise UsageError(f"there is no file or folder {str(missing[0])!r}", hint="give what is there")
    fixed = 0
    with _progress() as show:
        report = lint(paths, rules=rules, progress=show)
        for _ in range(_ROUNDS if mend else 0):
            done = len(fix(report.findings))
            if not done:
                break
            fixed += done
            report = lint(paths, rules=rules, progress=show)
    return report, fixed


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """On a terminal, for a big tree, a line that moves."""
    if not sys.stderr.isatty():
        yield lambda _, __: None
        return
    from rich.console import Console  # noqa: PLC0415 - not for a pipe: it takes longer than the rest

    with Console(stderr=True).status("reading") as line:
        yield lambda done, total: line.update(f"read {done} of {total} files") if total >= _MANY else None


def _print(report: Report, fixed: int, shape: Format) -> None:
    if shape is not Format.TEXT:
        told = sarif(report.findings, version=version("durably")) if shape is Format.SARIF else _as_json(report, fixed)
        document(told)
        return
    for line in lines(report.findings):
        say(printable(line))
    note(summary(report.findings, files=report.files, workflows=report.workflows, fixed=fixed))
    if fixed:
        note(_RELEASED)


def _as_json(report: Report, fixed: int) -> dict[str, Any]:
    findings = [one.document() for one in report.findings]
    return {"findings": findings, "files": report.files, "workflows": report.workflows, "fixed": fixed}
