"""Points for what is found: whole words, in any case; the score is between 0 and 100 and never falls with more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from durably.contracts.applications import ScreeningPolicy, Signal
from durably.domain.scoring import keyword_signals, score, skill_signals

WORDS = st.sampled_from(["python", "Go", "c++", "on call", "sql"])
VOCABULARY = st.dictionaries(WORDS, st.integers(0, 100))
TEXTS = st.lists(WORDS | st.sampled_from(["gopher", "mysqlx", ",", "\n"])).map(" ".join)
SIGNALS = st.lists(st.builds(Signal, kind=st.just("keyword"), name=WORDS, points=st.integers(0, 100)))


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("I write Python.", "python", True),
        ("PYTHON", "python", True),
        ("pythonic", "python", False),
        ("micropython", "python", False),
        ("C++, Rust", "c++", True),
        ("objective-c", "c", True),
        ("always on\n  call", "on call", True),
        ("Straße", "STRASSE", True),
        ("a.b", "a+b", False),
        ("", "python", False),
    ],
)
def test_a_keyword_counts_as_a_whole_word_in_any_case(text: str, term: str, *, found: bool) -> None:
    signals = keyword_signals(text, {term: 8})
    assert signals == ((Signal(kind="keyword", name=term, points=8),) if found else ())


def test_a_keyword_that_is_there_often_counts_once() -> None:
    assert len(keyword_signals("go go go", {"go": 5})) == 1


def test_a_skill_counts_when_it_is_wanted_and_listed() -> None:
    policy = ScreeningPolicy(skills={"SQL": 10, "Go": 7})
    assert skill_signals([" sql ", "sql", "cobol"], 0, policy) == (Signal(kind="skill", name="SQL", points=10),)


@pytest.mark.parametrize(("years", "points"), [(1, 4), (1.9, 4), (4, 16), (5, 20), (40, 20)])
def test_full_years_of_experience_count_up_to_a_limit(years: float, points: int) -> None:
    (signal,) = skill_signals([], years, ScreeningPolicy(points_per_year=4, max_experience_points=20))
    assert (signal.kind, signal.points) == ("experience", points)


def test_less_than_a_year_is_no_signal() -> None:
    assert skill_signals([], 0.9, ScreeningPolicy()) == ()


@given(signals=SIGNALS)
def test_the_score_is_from_0_to_100_and_what_the_signals_add_up_to(signals: list[Signal]) -> None:
    assert 0 <= score(signals) <= 100
    assert score(signals) == min(100, sum(signal.points for signal in signals))


@given(signals=SIGNALS, more=SIGNALS)
def test_more_signals_never_lower_the_score(signals: list[Signal], more: list[Signal]) -> None:
    assert score(signals + more) >= score(signals)


@given(text=TEXTS, more=TEXTS, keywords=VOCABULARY)
def test_a_longer_resume_never_scores_lower(text: str, more: str, keywords: dict[str, int]) -> None:
    assert score(keyword_signals(f"{text}\n{more}", keywords)) >= score(keyword_signals(text, keywords))


@given(
    skills=st.lists(WORDS),
    more=st.lists(WORDS),
    years=st.floats(0, 40),
    more_years=st.floats(0, 40),
    wanted=VOCABULARY,
)
def test_more_skills_and_more_years_never_score_lower(
    skills: list[str], more: list[str], years: float, more_years: float, wanted: dict[str, int]
) -> None:
    policy = ScreeningPolicy(skills=wanted)
    before = score(skill_signals(skills, years, policy))
    assert score(skill_signals(skills + more, years + more_years, policy)) >= before


@given(text=TEXTS, keywords=VOCABULARY)
def test_every_point_is_explained_by_a_keyword_of_the_policy(text: str, keywords: dict[str, int]) -> None:
    for signal in keyword_signals(text, keywords):
        assert keywords[signal.name] == signal.points
