"""docs/how-replay-works.md, out of what two runs left behind."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from durably.contracts.instances import HistoryEvent
from durably.contracts.replays import Action, Answer, Source, StepThrough
from tests.explain.account import TASK, Account, Turn
from tests.harness.pipelines import ACTIVITIES

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "how-replay-works.md"
_ID: Final = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")

_TOP: Final = """\
# How replay works

*Written by `make explain`, which runs the task pipeline twice and writes down what happened; a test runs it again and
compares. Nothing here was typed but the sentences.*

A workflow is a Python function that stops at each `yield`. Between two stops nothing of it is kept in memory that
matters: what an engine keeps is the **history**, a list of events that only grows. Whenever something new has come in,
a worker is given the history and runs the function **from its first line**. That is a *turn*. A `yield` whose result is
in the history gets it from there, at once; nothing is called. The first `yield` that has no result there ends the turn:
the engine records what was asked for, and the worker forgets the function. The runs below are on the development
engine.

So lines run many times, and activities once. It is why workflow code may not look at a clock, throw dice or call
anybody by itself: it would get something else each time. [determinism.md](determinism.md) has the rules.
"""
_STRAIGHT: Final = """\
## A straight run
The input is `{task}`. One worker, A, runs everything. Beside each line stands how it ran in that turn: **again**, while
the SDK replayed what was recorded before; **new**, for the first time; **both**, where a statement was begun by an
earlier turn and could be finished only now. Lines without a mark did not run.
"""
_KILLED: Final = """\
## The worker is killed after `validate_task`
The same task. `validate_task` has run, and its result is in the history. Worker A has begun turn 2 with it, and its
code has come as far as asking for `assign_task`. There A is killed (`kill -9`, exit code {code}), before the engine has
heard of it. Worker B is started.
"""


def document(straight: Account, killed: Account) -> str:
    """The whole page.

    Args:
        straight: A run in which nothing happened.
        killed: One whose worker was killed.

    Raises:
        ValueError: The histories differ, or an activity ran twice, so that the page would say what is not true.
    """
    if _contents(killed) != _contents(straight):
        raise ValueError("the run with the killed worker has another history than the straight one")
    if any(Counter(name for name, _ in run.executions) != dict.fromkeys(ACTIVITIES, 1) for run in (straight, killed)):
        raise ValueError("an activity ran twice, or not at all")
    turns = (_turn(straight, turn) for turn in straight.turns)
    return "\n".join([_TOP, _STRAIGHT.format(task=json.dumps(TASK)), *turns, *_after_the_kill(killed)])


def _after_the_kill(killed: Account) -> Iterator[str]:
    yield _KILLED.format(code=killed.exit_code)
    yield _table(
        ("turn", "run by", "history that it was given", "lines that ran again", "lines that were new", "became of it"),
        (_row(killed.replayed, turn) for turn in killed.turns),
    )
    lost = next(turn for turn in killed.turns if turn.lost)
    again = next(turn for turn in killed.turns if turn.number == lost.number and not turn.lost)
    yield f"Turn {lost.number}, as worker {lost.worker} ran it, and nobody heard of it:\n\n{_code(killed, lost)}"
    yield f"Turn {again.number}, as worker {again.worker} ran it, from the same history:\n\n{_code(killed, again)}"
    runs = Counter(killed.executions)
    yield _table(("activity", "run by", "how often"), ((f"`{one}`", by, str(n)) for (one, by), n in runs.items()))
    yield (
        "The history is, event for event, that of the straight run: nothing in it tells of the kill. The code of\n"
        f"turn {lost.number} ran twice, each activity once: the result of `validate_task` was there.\n\n"
        f"{_history(killed)}"
    )
    yield (
        "A worker that is killed *in* an activity is another matter: the activity runs again, under the same\n"
        "`task_execution_id`. `durably demo` shows that; [durability.md](durability.md) says what follows from it.\n\n"
        "Any instance can be stepped through like this on [its page](web.md#step-through).\n"
    )


def _turn(account: Account, turn: Turn) -> str:
    step = account.replayed.rehearsal.steps[turn.number - 1]
    came = ", ".join(f"`{kind}`" for kind in turn.came)
    asked = ", ".join(f"**{action.told}**" for action in step.asked_for)
    return (
        f"### Turn {turn.number}\n"
        f"Worker {turn.worker} is given {_given(turn)}. New: {came}.\n\n{_code(account, turn)}\n"
        f"{_answers(account.replayed, turn.number)}"
        f"It asks for {asked}. The history after it:\n\n{_history(account, turn.number)}"
    )


def _given(turn: Turn) -> str:
    if turn.sent + turn.kept == 0:
        return "no history, as there is none"
    kept = f", {turn.kept} of which it had kept from its last turn" if turn.kept else ""
    return f"the {turn.sent + turn.kept} events that were recorded before{kept}"


def _row(replayed: StepThrough, turn: Turn) -> tuple[str, ...]:
    step = replayed.rehearsal.steps[turn.number - 1]
    asked = ", ".join(action.told for action in step.asked_for)
    outcome = f"lost: the engine was not told of {asked}" if turn.lost else asked
    events = f"{turn.sent} events sent" + (f", {turn.kept} kept" if turn.kept else "")
    return str(turn.number), turn.worker, events, _ranges(turn.again), _ranges(turn.new), outcome


def _ranges(lines: Iterable[int]) -> str:
    """Lines, those in a row put together."""
    rows: list[list[int]] = []
    for line in sorted(lines):
        if rows and line == rows[-1][-1] + 1:
            rows[-1].append(line)
        else:
            rows.append([line])
    return ", ".join(str(row[0]) if len(row) == 1 else f"{row[0]}-{row[-1]}" for row in rows) or "none"


def _code(account: Account, turn: Turn) -> str:
    """The function, and beside each line how it ran."""
    source, step = account.replayed.source, account.replayed.rehearsal.steps[turn.number - 1]
    if source is None:
        raise ValueError("there is no source of the pipeline")
    lines = []
    for number, text in _without_docstring(source):
        how = ("again", "new", "both") if number in turn.again else ("", "new", "new")
        mark = how[2] if number in turn.again & turn.new else how[number in turn.new]
        stands = "<-" if number == step.line else ""
        lines.append(f"{mark:5} {stands:2} {number:3}  {text}".rstrip())
    path = Path(source.file).relative_to(ROOT)
    return f"```text\n{'':14}{path}\n" + "\n".join(lines) + "\n```\n"


def _without_docstring(source: Source) -> Iterator[tuple[int, str]]:
    inside = False
    for number, text in enumerate(source.lines, start=source.first_line):
        if '"""' in text:
            inside = not inside
        elif not inside:
            yield number, text


def _answers(replayed: StepThrough, turn: int) -> str:
    """What every `yield` gave in a turn, and where that came from."""
    before = [(answer, "the history") for answer in replayed.rehearsal.seen_before(turn)]
    now = [(answer, "what is new") for answer in replayed.rehearsal.steps[turn - 1].seen]
    if not before and not now:
        return ""
    rows = (
        (f"line {one.place.line}, {_asked(one)}", f"`{_json(one.value)}`", origin) for one, origin in [*before, *now]
    )
    return _table(("the `yield`", "gave", "out of"), rows) + "\n"


def _asked(answer: Answer) -> str:
    return " and ".join(_short(action) for action in answer.asked)


def _short(action: Action) -> str:
    return f"`{action.name}`" if action.name else action.kind.value


def _history(account: Account, turns: int | None = None) -> str:
    """The history after some turns, or all of it."""
    rows = (
        (str(number), str(turn), f"{event.type} (new)" if turn == turns else event.type, _told(event))
        for number, (turn, event) in enumerate(account.history)
        if turns is None or turn <= turns
    )
    return _table(("", "turn", "event", "what it says"), rows)


def _contents(account: Account) -> list[tuple[int, str, str]]:
    """What each event says, and in which turn it stands; without what is another one in each run."""
    return [(turn, event.type, _told(event)) for turn, event in account.history]


def _told(event: HistoryEvent) -> str:
    parts = [f"`{event.name}`" if event.name else "", f"version `{event.version}`" if event.version else ""]
    parts.append(f"id {event.event_id}" if event.event_id >= 0 else "")
    parts.append(f"of id {event.scheduled_id}" if event.scheduled_id is not None else "")
    parts.append(str(event.status) if event.status is not None else "")
    parts.append(f"`{_json(event.input)}`" if event.input is not None else "")
    parts.append(f"`{_json(event.result)}`" if event.result is not None else "")
    return ", ".join(part for part in parts if part)


def _json(value: Any) -> str:
    return _ID.sub("(an id)", json.dumps(value))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)
