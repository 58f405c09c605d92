"""`durably demo`: a worker is killed in the middle of an activity, and everybody can see what that changes."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import aiohttp
import typer

from durably.cli.checks import owned_folder
from durably.cli.client import ApiClient
from durably.cli.evidence import Evidence, activities
from durably.cli.ledger import Ledger
from durably.cli.ports import ANY, claimed
from durably.cli.settings import DemoData, DemoDelay, DemoJson
from durably.cli.stack import Stack
from durably.cli.stage import Stage, show_checks, stage_for
from durably.cli.startup import StackError
from durably.cli.wiring import WORKER, StackConfig
from durably.contracts.ids import task_instance_id
from durably.contracts.instances import History
from durably.contracts.names import ASSIGN_TASK
from durably.contracts.tasks import TaskRequest

_HOST: Final = "127.0.0.1"
_KILL_AFTER: Final = 0.75
_LOOK_S: Final = 0.1
_TIMEOUT_S: Final = 60.0


def demo(*, data: DemoData = None, delay: DemoDelay = 3.0, json: DemoJson = False) -> None:
    """Start a task, kill its worker in the middle of assign_task, and prove what ran where and how often.

    It runs a stack of its own, on free ports. The exit code is 0 only if nothing was lost and nothing happened twice.
    """
    with _folder(data) as folder, owned_folder(folder, variable="DURABLY_DEMO_DATA"):
        evidence = asyncio.run(_played(folder, delay, stage_for(silent=json)))
        _conclude(evidence, as_json=json)
        if not evidence.holds():
            raise typer.Exit(1)


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """The folder that was asked for, or a temporary one that stays only when something went wrong."""
    if wanted:
        yield wanted
        return
    folder = Path(tempfile.mkdtemp(prefix="durably-demo-"))
    try:
        yield folder
    except Exception:
        typer.echo(f"State and logs stay in {folder}", err=True)
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


async def _played(folder: Path, delay_s: float, stage: Stage) -> Evidence:
    task = TaskRequest(task_id=f"demo-{secrets.token_hex(4)}", title="Write report", assignee="ada")
    ledger = Ledger(task_instance_id(task.task_id))
    slow = {"DURABLY_WORKER_ACTIVITY_DELAY_S": json.dumps({ASSIGN_TASK: delay_s})}
    config = StackConfig(_HOST, claimed(ANY, host=_HOST), folder, "json", ("DAPR_", "DURABLY_"), slow)
    with stage:
        stage.say("Starting an engine, a worker and an API ...")
        async with Stack(config, ledger) as stack:
            await stack.start()
            try:
                async with asyncio.timeout(_TIMEOUT_S + 2 * delay_s), aiohttp.ClientSession(config.api_url) as session:
                    return await _Play(stack, ledger, stage, ApiClient(session)).perform(task, delay_s)
            except TimeoutError as error:
                raise StackError(f"the task did not end in time; the logs are in {folder / 'logs'}") from error
            finally:
                stage.say("Stopping.")


class _Play:
    """The scene itself, on a stack that runs."""

    def __init__(self, stack: Stack, ledger: Ledger, stage: Stage, api: ApiClient) -> None:
        self._stack, self._ledger, self._stage, self._api = stack, ledger, stage, api

    async def perform(self, task: TaskRequest, delay_s: float) -> Evidence:
        """From the start of the task to the evidence."""
        assigning = asyncio.create_task(self._ledger.begun(ASSIGN_TASK))
        instance_id = await self._api.start(task)
        self._stage.say(f"Started {instance_id}; assign_task is made to take {delay_s:g} s.")
        following = asyncio.create_task(self._follow(instance_id))
        try:
            killed_pid = (await assigning).pid
            await asyncio.sleep(delay_s * _KILL_AFTER)
            self._stage.say(f"kill -9 {killed_pid}: the worker, in the middle of assign_task.")
            os.kill(killed_pid, signal.SIGKILL)
            instance = await self._api.ended(instance_id)
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
        pipeline = activities(self._ledger.runs, await self._api.history(instance_id))
        self._stage.show(pipeline)
        received = tuple(e for e in self._stack.inbox.deliveries() if e["body"]["task_id"] == task.task_id)
        return Evidence(instance, pipeline, killed_pid, self._stack.supervisor.pid(WORKER), received)

    async def _follow(self, instance_id: str) -> None:
        """Show how things stand, from the history while the API can give it, from the logs always."""
        history: History | None = None

        async def read() -> None:
            nonlocal history
            while True:
                history = await self._api.history(instance_id)
                await asyncio.sleep(_LOOK_S)

        async def show() -> None:
            while True:
                self._stage.show(activities(self._ledger.runs, history))
                await asyncio.sleep(_LOOK_S)

        await asyncio.gather(read(), show())


def _conclude(evidence: Evidence, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(evidence.document()))
    else:
        show_checks(evidence.checks())
