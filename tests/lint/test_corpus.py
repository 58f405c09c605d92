"""How much of what is wrong the check finds, and how much of what it finds is wrong: see the corpus's own README."""

from pathlib import Path

import pytest

from tests.lint.marks import JUDGED, Score, marked, score

CORPUS = Path(__file__).parent / "corpus"
PAGE = Path(__file__).parents[2] / "docs/determinism.md"


def files(half: str, kind: str) -> list[Path]:
    return sorted((CORPUS / half / kind).glob("*.py"))


def measured(half: str) -> Score:
    """All files of a half, with a line for each that is judged otherwise than it is marked."""
    total = Score()
    for path in [*files(half, "bad"), *files(half, "good")]:
        one, wrong, missed = score(path)
        total += one
        if wrong or missed:
            print(f"{path.relative_to(CORPUS)}: wrong {sorted(wrong)}, missed {sorted(missed)}")  # noqa: T201
    return total


@pytest.mark.parametrize("half", ["first", "second"])
def test_precision_and_recall_are_at_least_95_in_100(half: str) -> None:
    found = measured(half)
    shown = f"{found.right} found, {found.wrong} wrong, {found.missed} missed"
    print(f"{half}: {shown}, precision {found.precision:.3f}, recall {found.recall:.3f}")  # noqa: T201 - the measurement
    assert found.precision >= 0.95, shown
    assert found.recall >= 0.95, shown


@pytest.mark.parametrize("half", ["first", "second"])
def test_the_page_says_what_is_measured(half: str) -> None:
    found = measured(half)
    numbers = (len(files(half, "bad")), len(files(half, "good")), found.right + found.missed, found.right, found.wrong)
    row = f"| {half} | {' | '.join(str(number) for number in numbers)} | {found.precision:.3f} | {found.recall:.3f} |"
    assert row in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("half", ["first", "second"])
def test_there_are_thirty_files_of_each_kind_and_every_rule_is_broken(half: str) -> None:
    assert len(files(half, "bad")) >= 30
    assert len(files(half, "good")) >= 30
    assert {rule for path in files(half, "bad") for _, rule in marked(path.read_text(encoding="utf-8"))[0]} == JUDGED
