"""How deeply JSON may be nested: parsers and printers give up at some depth, each at another one."""

from typing import Any, Final

MAX_DEPTH: Final = 150
"""What is taken from callers. Workflows put it into results and inputs of their own, which is to stay readable."""

READABLE_DEPTH: Final = 190
"""What is shown of a history: at 200 levels, some of them the history's own, readers of JSON begin to give up."""

UNREADABLE: Final = f"(nested more than {READABLE_DEPTH} levels deep, which cannot be shown)"
"""Stands for what is nested more deeply than that."""


def is_deeper(value: Any, levels: int = MAX_DEPTH) -> bool:
    """Whether lists and objects of a JSON value are nested in more levels; a number alone has none.

    Args:
        value: The value.
        levels: How many there may be.
    """
    level = [value]
    for _ in range(levels):  # level by level, since a function that calls itself has a limit of its own
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return any(isinstance(each, dict | list) for each in level)


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
