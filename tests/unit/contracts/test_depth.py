from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from durably.contracts.depth import MAX_DEPTH, is_deeper

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


def _depth(value: Any) -> int:
    """The same, as one would define it."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max((_depth(each) for each in inner), default=0)


@given(value=JSON, levels=st.integers(0, 8))
def test_a_value_is_deeper_than_fewer_levels_than_it_has(value: Any, levels: int) -> None:
    assert is_deeper(value, levels) == (_depth(value) > levels)


@pytest.mark.parametrize(("levels", "deeper"), [(MAX_DEPTH, False), (MAX_DEPTH + 1, True), (100_000, True)])
def test_what_is_nested_in_however_many_levels_is_told_without_being_followed_to_the_end(
    levels: int, *, deeper: bool
) -> None:
    value: Any = []
    for _ in range(levels - 1):
        value = {"a": value}
    assert is_deeper(value) == deeper
