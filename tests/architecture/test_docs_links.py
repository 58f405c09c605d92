"""Every relative link of the documentation leads to a file, and to a heading that is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("charts/*/*.md"), *ROOT.glob("examples/*/*.md")]
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
IN_CODE = re.compile(r"\bdocs/[\w/-]+\.md#[\w-]+")
"""What messages and alerts point at."""


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """What can stand after `#`: headings as GitHub names them, and anchors that are written out."""
    found: set[str] = set()
    for title in re.findall(r"^#+ +(.+?) *$", prose(page), flags=re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        again = sum(other == name or re.fullmatch(rf"{re.escape(name)}-\d+", other) is not None for other in found)
        found.add(f"{name}-{again}" if again else name)
    return found | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", prose(page)))


def targets(page: Path) -> Iterator[tuple[Path, str]]:
    """Where the page's relative links lead, as file and anchor."""
    for link in LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_what_is_there(page: Path) -> None:
    broken = [
        f"{path.relative_to(ROOT)}#{anchor}"
        for path, anchor in targets(page)
        if not path.exists() or (anchor and anchor not in anchors(path))
    ]
    assert not broken


def test_what_messages_and_charts_point_at_is_there() -> None:
    """A runbook that an alert or a probe names, and that is not there, is worse than none."""
    sources = [
        *(path for package in ("api", "worker", "durably") for path in (ROOT / package).rglob("*.py")),
        *(path for path in (ROOT / "charts").rglob("*") if path.suffix in {".yaml", ".txt", ".tpl"}),
    ]
    named = {(place, path.name) for path in sources for place in IN_CODE.findall(path.read_text(encoding="utf-8"))}
    assert named
    broken = [
        f"{place} in {name}"
        for place, name in sorted(named)
        for page, anchor in [place.split("#")]
        if not (ROOT / page).exists() or anchor not in anchors(ROOT / page)
    ]
    assert not broken


def test_a_heading_becomes_an_anchor_as_on_github(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `kill -9`, and [more](x.md)!\n## Twice\n## Twice\n```sh\n# no heading\n```\n")
    assert anchors(page) == {"a-kill--9-and-more", "twice", "twice-1"}
