"""What a file says of itself: `# <- RULE` where a violation is, `# <~ RULE` where the same one may be told instead."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from durably.lint.linting import lint
from durably.lint.rulebook import RULES

JUDGED: Final = frozenset(RULES) - {"ALLOW", "SYNTAX", "REPLAYING"}
"""What the corpus labels: comments it does not, all of its files are Python, and REPLAYING is younger than it."""
_MARK: Final = re.compile(r"#\s*<([-~])\s*([A-Z_]+(?:\s*,\s*[A-Z_]+)*)")

Place = tuple[int, str]
"""A line and a rule."""


@dataclass(frozen=True)
class Score:
    """How often a check was right.

    Args:
        right: Violations that it found.
        wrong: Findings that are none.
        missed: Violations that it did not find.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Score") -> "Score":
        """Both together."""
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of what it finds that is true."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of what is there that it finds."""
        return self.right / (self.right + self.missed)


def marked(text: str) -> tuple[set[Place], set[Place]]:
    """Where violations are, and where they may be told instead."""
    places: dict[str, set[Place]] = {"-": set(), "~": set()}
    for number, line in enumerate(text.splitlines(), 1):
        for kind, rules in _MARK.findall(line):
            places[kind] |= {(number, rule.strip()) for rule in rules.split(",")}
    return places["-"], places["~"]


def told(path: Path, rules: Iterable[str] = JUDGED) -> set[Place]:
    """What the check says of one file that is a project of its own."""
    return {(one.span.line, one.rule) for one in lint([path], rules=frozenset(rules)).findings}


def score(path: Path) -> tuple[Score, set[Place], set[Place]]:
    """How right it is about one file, and what is wrong and missed."""
    wanted, instead = marked(path.read_text(encoding="utf-8"))
    right, wrong = set(), set()
    for place in told(path):
        same = [one for one in wanted if one[1] == place[1]]
        if place in wanted:
            right.add(place)
        elif place in instead and same:
            right.add(min(same, key=lambda one: abs(one[0] - place[0])))
        else:
            wrong.add(place)
    missed = wanted - right
    return Score(len(right), len(wrong), len(missed)), wrong, missed
