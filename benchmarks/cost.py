"""What processes cost: processor time, memory, files."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil

from benchmarks.results import ProcessCost
from tests.harness.processes import Process

CLIENT: Final = "client"
"""The benchmark's own process, which is every side's client."""


def cpu_seconds(processes: Mapping[str, Process]) -> dict[str, float]:
    """Processor time that each process has had so far, the client included."""
    pids = {name: process.pid for name, process in processes.items()} | {CLIENT: os.getpid()}
    return {name: _cpu_seconds(pid) for name, pid in pids.items()}


def busy_seconds() -> float:
    """Processor time that everything on the machine has had so far."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq + times.steal)


def _cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


async def idle_cost(processes: Mapping[str, Process], seconds: float) -> list[ProcessCost]:
    """Resident memory of each process and what it does while nobody asks for anything."""
    begun = {name: _cpu_seconds(process.pid) for name, process in processes.items()}
    await asyncio.sleep(seconds)
    return [
        ProcessCost(
            process=name,
            rss_mib=resident_mib(process),
            idle_cpu_percent=(_cpu_seconds(process.pid) - begun[name]) / seconds * 100,
        )
        for name, process in processes.items()
    ]


def resident_mib(process: Process) -> float:
    """Resident memory."""
    return float(psutil.Process(process.pid).memory_info().rss) / 2**20


def size_mib(path: Path) -> float:
    """Size of a file, or of all files in a folder; files that vanish meanwhile do not count."""
    total = 0
    for file in path.rglob("*") if path.is_dir() else [path]:
        try:
            total += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:
            continue
    return total / 2**20
