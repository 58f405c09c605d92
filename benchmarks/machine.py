"""What a run ran on."""

import os
import platform
import re
import shutil
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.results import Machine


def this_machine() -> Machine:
    """Everything that makes numbers comparable, and nothing that names the machine."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(psutil.virtual_memory().total / 2**30),
        processor=_processor(),
        system=f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}",
        python=platform.python_version(),
        dapr_sdk=version("dapr"),
        daprd=_version("daprd"),
        redis=_version("redis-server"),
        sqlite=sqlite3.sqlite_version,
    )


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _version(binary: str) -> str | None:
    if shutil.which(binary) is None:
        return None
    answer = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
    found = re.search(r"\d+\.\d+\.\d+", answer)
    return found[0] if found else None
