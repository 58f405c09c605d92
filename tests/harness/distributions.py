"""Distributions as pip leaves them, written by hand: metadata and a module, in a folder that can be on the path."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from durably.authoring.package import ENTRY_POINTS


def write_distribution(folder: Path, name: str, source: str, points: Mapping[str, str] | None = None) -> Path:
    """Put a distribution with one module into a folder, and return the folder.

    Args:
        folder: What is to be on the path.
        name: The name of the distribution, and of its module.
        source: The module; `from durably.authoring import *` stands above it.
        points: Its entry points, by name; by default `NAME = NAME:declare`.
    """
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"{point} = {value}" for point, value in (points or {name: f"{name}:declare"}).items()]
    (about / "entry_points.txt").write_text("\n".join([f"[{ENTRY_POINTS}]", *lines]) + "\n")
    (folder / f"{name}.py").write_text(f"from durably.authoring import *\n{dedent(source)}")
    return folder
