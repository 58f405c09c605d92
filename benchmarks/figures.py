"""The arithmetic: nothing here measures, so everything here can be tested."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the values lie, interpolated between the two nearest.

    Raises:
        ValueError: There are no values, or `percent` is not between 0 and 100.
    """
    if not values or not 0 <= percent <= 100:
        raise ValueError(f"no percentile {percent} of {len(values)} values")
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below, above = math.floor(place), math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing: the one in the middle, and how far the others lie."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


def pairwise(left: Sequence[float], right: Sequence[float]) -> Spread:
    """The ratio left / right, taken round by round, so that what slows a whole round down cancels out.

    Raises:
        ValueError: The two were not measured equally often.
    """
    return Spread.of([mine / theirs for mine, theirs in zip(left, right, strict=True)])


def differences(left: Sequence[float], right: Sequence[float]) -> Spread:
    """The difference left - right, taken round by round.

    Raises:
        ValueError: The two were not measured equally often.
    """
    return Spread.of([mine - theirs for mine, theirs in zip(left, right, strict=True)])


def turns(rounds: int, *, sides: int = 2) -> tuple[tuple[int, ...], ...]:
    """In which order sides are measured in each round: A B, B A, A B, so that a steady drift favours neither."""
    order = tuple(range(sides))
    return tuple(order if number % 2 == 0 else order[::-1] for number in range(rounds))
