"""The same question to the server for many instances, side by side, with a bar for people."""

import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, Final

from durably.cli.commands.api import Api
from durably.cli.commands.profile import Server
from durably.cli.commands.refusals import RefusedError, UnreachableError
from durably.cli.commands.waiting import Patience

_AT_ONCE: Final = 8

Call = Callable[[Api, str], Any]


def abreast(
    server: Server, instance_ids: Sequence[str], call: Call, *, what: str
) -> Generator[tuple[str, Future[Any]], None, None]:
    """Each instance and what came of it, in the order in which they are done; a server that is away is asked again.

    Close it: what has not been asked by then is not asked any more.

    Args:
        server: Where they are.
        instance_ids: Which are asked about.
        call: What is asked of each.
        what: What the bar says that this is.
    """
    mine = threading.local()

    def one(instance_id: str) -> Any:
        if not hasattr(mine, "api"):
            mine.api = server.api()
        return _insist(call, mine.api, instance_id)

    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        futures = {pool.submit(one, instance_id): instance_id for instance_id in instance_ids}
        with _bar(what, len(instance_ids)) as advance:
            for future in as_completed(futures):
                yield futures.pop(future), future  # what was answered is not kept: histories may be long
                advance()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _insist(call: Call, api: Api, instance_id: str) -> Any:
    patience = Patience()
    while True:
        try:
            return call(api, instance_id)
        except (RefusedError, UnreachableError) as error:
            patience.after(error, at_most_s=float("inf"))


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[], object]]:
    """A bar on a terminal; what is printed meanwhile stands above it."""
    if not sys.stderr.isatty() or not total:
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 - not for a pipe: it takes longer than the rest
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
