"""What stands in a recording for what was taken out of it."""

import json
import re
from collections.abc import Mapping
from string import ascii_lowercase, digits
from typing import Any, Final

_SHORTEST: Final = 4
"""A shorter text is replaced where a pattern says so, and not wherever else it happens to stand."""


class Placeholders:
    """Placeholders, the same for the same value."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._given: set[str] = set()

    def take(self, value: Any) -> bool:
        """Whether there is anything to hide in a value; null and the empty text say nothing."""
        if value is None or value == "":
            return False
        if isinstance(value, str):
            self._texts.setdefault(value, self._shaped(value))
        return True

    def of(self, value: Any) -> Any:
        """The placeholder of a value that was taken."""
        if isinstance(value, str):
            return self._texts[value]
        if isinstance(value, bool):
            return False
        return json.loads(re.sub(r"\d", "1", re.sub(r"[eE].*", "", json.dumps(value))))

    def everywhere(self, value: Any) -> Any:
        """A value in which no text contains a text that was taken, if that is long enough to mean anything."""
        if isinstance(value, Mapping):
            return {key: self.everywhere(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.everywhere(part) for part in value]
        if not isinstance(value, str):
            return value
        hidden = sorted((text for text in self._texts if len(text) >= _SHORTEST), key=len, reverse=True)
        if not hidden:
            return value
        return re.sub("|".join(map(re.escape, hidden)), lambda found: self._texts[found[0]], value)

    def _shaped(self, text: str) -> str:
        """The shape of a text; the last letters, or digits, count those that have the same shape."""
        plain = "".join(_stand_in(character) for character in text)
        number, shaped = 0, plain
        while shaped in self._given and number < len(self._given):
            number += 1
            shaped = _counted(plain, number)
        self._given.add(shaped)
        return shaped


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
