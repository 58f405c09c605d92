"""What is seen while a run goes on: a bar, and a line for each thing that was measured."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Display:
    """Progress on standard error. It is drawn between measurements only: a bar that moves by itself costs a core."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description:<11}"), BarColumn(), TextColumn("{task.fields[text]}"))
        self._bar = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), auto_refresh=False)
        self._task: TaskID | None = None
        self._begun = time.monotonic()
        self._part = ""
        self.incidents: list[str] = []
        """What did not go as it should, in words."""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, name: str, steps: int) -> None:
        """A part of the run begins.

        Args:
            name: What is measured.
            steps: How many times `done` will be called.
        """
        self._part = name
        self._task = self._bar.add_task(name, total=steps, text="starting")
        self._bar.refresh()

    def done(self, text: str) -> None:
        """One measurement is there."""
        if self._task is None:
            return
        self._bar.update(self._task, advance=1, text=text, refresh=True)
        self._bar.console.print(f"[dim]{time.monotonic() - self._begun:6.1f} s[/dim]  {text}", highlight=False)

    def incident(self, text: str) -> None:
        """Something did not go as it should, and the run goes on."""
        self.incidents.append(f"{self._part}: {text}"[:300])
        self._bar.console.print(self.incidents[-1], style="red", highlight=False, markup=False)
