"""What stands in a recording for what was taken out of it."""

import json
import re
from collections.abc import Callable, Mapping
from string import ascii_lowercase, digits
from typing import Any, Final

_SHORTEST: Final = 4
"""A shorter text is replaced where a pattern says so, and not wherever else it happens to stand."""
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def _ascii(text: str) -> str:
    return json.dumps(text)[1:-1]


def _unicode(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


_WRITTEN: Final[tuple[Callable[[str], str], ...]] = (
    str,
    _ascii,
    _unicode,
    lambda text: _ascii(_ascii(text)),
    lambda text: _ascii(_unicode(text)),
    lambda text: _unicode(_unicode(text)),
    lambda text: repr(text)[1:-1],
)
"""How a text stands in others: as it is, in JSON, in JSON within JSON, and as Python shows it in its messages."""


class Placeholders:
    """Placeholders, the same for the same value."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._given: set[str] = set()
        self._everywhere: dict[str, str] = {}
        self._found: re.Pattern[str] | None = None

    def take(self, value: Any) -> bool:
        """Whether there is anything to hide in a value; null and the empty text say nothing."""
        if value is None or value == "":
            return False
        if not isinstance(value, bool):
            self._learn(value)
        return True

    def of(self, value: Any) -> Any:
        """The placeholder of a value that was taken."""
        if isinstance(value, str):
            return self._texts[value]
        if isinstance(value, bool):
            return False
        there = self._texts[json.dumps(value)]
        return json.loads(there) if _NUMBER.fullmatch(there) else _ones(value)

    def everywhere(self, value: Any, *, numbers: bool = False) -> Any:
        """A value in which no text contains a text that was taken, if that is long enough to mean anything.

        Args:
            value: The value.
            numbers: Whether numbers go, too, that are what was taken.
        """
        if isinstance(value, Mapping):
            return {key: self.everywhere(part, numbers=numbers) for key, part in value.items()}
        if isinstance(value, list):
            return [self.everywhere(part, numbers=numbers) for part in value]
        if isinstance(value, str) and self._found is not None:
            return self._found.sub(lambda found: self._everywhere[found[0]], value)
        if numbers and isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(value)
        return value

    def _learn(self, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        if text in self._texts:
            return
        self._texts[text] = self._shaped(text) if isinstance(value, str) else json.dumps(_ones(value))
        if len(text) >= _SHORTEST:
            for written in _WRITTEN:
                self._everywhere.setdefault(written(text), written(self._texts[text]))
            longest_first = sorted(self._everywhere, key=len, reverse=True)
            self._found = re.compile("|".join(map(re.escape, longest_first)))

    def _number(self, value: float) -> Any:
        text = json.dumps(value)
        bare = text.removeprefix("-").removesuffix(".0")
        there = self._everywhere.get(text) or self._everywhere.get(bare)
        if there is None:
            return value
        return json.loads(there) if _NUMBER.fullmatch(there) else _ones(value)

    def _shaped(self, text: str) -> str:
        """The shape of a text; the last letters, or digits, count those that have the same shape."""
        plain = "".join(_stand_in(character) for character in text)
        number, shaped = 0, plain
        while shaped in self._given and number < len(self._given):
            number += 1
            shaped = _counted(plain, number)
        self._given.add(shaped)
        return shaped


def _ones(number: float) -> Any:
    return json.loads(re.sub(r"\d", "1", re.sub(r"[eE].*", "", json.dumps(number))))


def _stand_in(character: str) -> str:
    if character.isdigit():
        return "1"
    if not character.isalpha():
        return character
    return "A" if character.isupper() else "a"


def _counted(plain: str, number: int) -> str:
    alphabet = ascii_lowercase if any(c in "aA" for c in plain) else digits[1:]
    characters = list(plain)
    for place in reversed(range(len(characters))):
        if characters[place].lower() != alphabet[0] or not number:
            continue
        number, rest = divmod(number, len(alphabet))
        characters[place] = alphabet[rest].upper() if characters[place] == "A" else alphabet[rest]
    return "".join(characters)
