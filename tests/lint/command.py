"""The command as a person runs it."""

import subprocess
import sys
from pathlib import Path


def durably(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `durably` in a folder."""
    command = [sys.executable, "-m", "durably.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def written(folder: Path, **files: str) -> Path:
    """Python files in a folder, by their names without the ending."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder
