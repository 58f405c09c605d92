"""What stands in a page of the documentation: its commands, and its pieces of code."""

import re
from pathlib import Path


def blocks(page: Path, *languages: str, under: str | None = None) -> list[str]:
    """The blocks of code of a page in some languages; of one section, if its heading is given."""
    text = page.read_text(encoding="utf-8")
    if under is not None:
        text = text.partition(f"\n## {under}\n")[2].partition("\n## ")[0]
        assert text, f"{page} has no section {under}"
    return re.findall(rf"```(?:{'|'.join(languages)})\n(.*?)```", text, re.DOTALL)


def commands(page: Path, *, under: str) -> list[str]:
    """The shell commands of a section, a continued line as one."""
    lines = "".join(blocks(page, "sh", under=under)).replace("\\\n", " ").splitlines()
    return [" ".join(line.split(" ")).strip() for line in lines if line.strip()]
