"""How an application is scored: points for what is found, explained one by one, nothing taken away."""

import re
from collections.abc import Iterable, Mapping

from durably.contracts.applications import MAX_SCORE, ScreeningPolicy, Signal


def keyword_signals(resume_text: str, keywords: Mapping[str, int]) -> tuple[Signal, ...]:
    """A signal for each keyword that a text has as whole words, in any case and over any white space."""
    text = " ".join(resume_text.casefold().split())
    found = (term for term in keywords if _whole(term).search(text))
    return tuple(Signal(kind="keyword", name=term, points=keywords[term]) for term in found)


def _whole(term: str) -> re.Pattern[str]:
    """Words are told apart by what is around them: a term such as `c++` does not end in a letter."""
    return re.compile(rf"(?<!\w){re.escape(' '.join(term.casefold().split()))}(?!\w)")


def skill_signals(skills: Iterable[str], years_experience: float, policy: ScreeningPolicy) -> tuple[Signal, ...]:
    """A signal for each skill that is wanted and listed, and one for experience if there is a full year of it."""
    listed = {skill.strip().casefold() for skill in skills}
    wanted = (skill for skill in policy.skills if skill.casefold() in listed)
    signals = [Signal(kind="skill", name=skill, points=policy.skills[skill]) for skill in wanted]
    if years := int(years_experience):
        points = min(years * policy.points_per_year, policy.max_experience_points)
        signals.append(Signal(kind="experience", name=f"{years} full years", points=points))
    return tuple(signals)


def score(signals: Iterable[Signal]) -> int:
    """The sum of the points, at most 100."""
    return min(MAX_SCORE, sum(signal.points for signal in signals))
