"""The task pipeline, really run: as processes, on the embedded engine, and with a worker that is killed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from durably.contracts.instances import HistoryEvent
from durably.contracts.recordings import Recording
from durably.contracts.replays import StepThrough
from durably.engine.history import history_event
from durably.engine.recording import events_of
from durably.engine.registry import Registry
from durably.engine.stepping import Stepper
from tests.explain.witness import FILE, HOLD, notes
from tests.harness.ledger import Execution
from tests.harness.stack import Stack
from tests.harness.waiting import until
from worker.workflows.task_processing import TASK_PROCESSING_V2

TASK: Final = {"task_id": "1", "title": "Write report", "assignee": "ada"}
INSTANCE: Final = "task-1"


@dataclass(frozen=True, slots=True)
class Turn:
    """One time that a worker ran the workflow's code.

    Attributes:
        worker: The process.
        number: Which turn of the instance.
        sent: How many events of the history the engine sent along.
        kept: How many the worker had kept from the turn before.
        came: The types of the events that were new.
        again: The lines that ran while the SDK was replaying.
        new: The lines that ran when it was not.
        lost: Whether the worker was killed before the engine knew of it.
    """

    worker: str
    number: int
    sent: int
    kept: int
    came: tuple[str, ...]
    again: frozenset[int]
    new: frozenset[int]
    lost: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What one run left behind: the turns as workers ran them, the history, and the activities that were executed.

    Attributes:
        turns: Every turn, in the order in which they were run.
        history: Every event, with its turn.
        replayed: The history, replayed afterwards.
        executions: Every execution of an activity: its name and the worker.
        exit_code: What the worker that was killed exited with; None where none was.
    """

    turns: tuple[Turn, ...]
    history: tuple[tuple[int, HistoryEvent], ...]
    replayed: StepThrough
    executions: tuple[tuple[str, str], ...]
    exit_code: int | None = None


async def account(folder: Path, *, kill_in: int = 0) -> Account:
    """Run the pipeline once.

    Args:
        folder: For state and logs.
        kill_in: The turn in which the worker is killed, when its code has run; 0 for none.
    """
    file = folder / "turns.jsonl"
    env = {FILE: str(file), HOLD: str(kill_in)}
    stack = Stack(folder, engine="embedded", worker_module="tests.explain.witness", env=env)
    await stack.start()
    try:
        async with aiohttp.ClientSession(stack.url, raise_for_status=True) as http:
            async with http.post("/tasks/process", json=TASK):
                pass
            exit_code = await _killed(stack, file) if kill_in else None
            async with http.get(f"/instances/{INSTANCE}", params={"wait": "60s"}) as answer:
                assert (await answer.json())["status"] == "completed", stack.tails()
            async with http.get(f"/instances/{INSTANCE}/recording") as answer:
                recording = Recording.model_validate(await answer.json())
        executions = stack.ledger.executions(INSTANCE)
    finally:
        await stack.stop()
    return _account(notes(file), recording, executions, exit_code)


async def _killed(stack: Stack, file: Path) -> int | None:
    """Kill the worker once it waits for that, and start another one."""

    async def held() -> bool:
        return any(note["held"] for note in notes(file))

    await until(held, what="the code of the turn has run")
    stack.worker.kill()
    exit_code = stack.worker.returncode
    await stack.worker.start()
    return exit_code


def _account(
    noted: list[dict[str, Any]], recording: Recording, executions: tuple[Execution, ...], exit_code: int | None
) -> Account:
    noted = [note for note in noted if note["instance_id"] == INSTANCE]
    pids = list(dict.fromkeys(note["pid"] for note in noted))
    names = {pid: chr(ord("A") + number) for number, pid in enumerate(pids)}
    turns = tuple(
        Turn(
            worker=names[note["pid"]],
            number=note["turn"],
            sent=note["sent"],
            kept=note["kept"],
            came=tuple(note["came"]),
            again=frozenset(note["again"]),
            new=frozenset(note["new"]),
            lost=note["held"],
        )
        for note in noted
    )
    replayed = Stepper(Registry(workflows=(TASK_PROCESSING_V2,), activities=())).step_through(recording)
    ran = tuple((execution.activity, names[execution.pid]) for execution in executions)
    return Account(
        turns=turns, history=tuple(_history(recording)), replayed=replayed, executions=ran, exit_code=exit_code
    )


def _history(recording: Recording) -> Iterator[tuple[int, HistoryEvent]]:
    turn = 0
    for message in events_of(recording):
        event = history_event(message)
        turn += event.type == "workflowStarted"
        yield turn, event
