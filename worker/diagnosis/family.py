from dataclasses import dataclass, field
from typing import Final

_DEEPEST: Final = 8
"""So many generations are followed down."""


@dataclass(slots=True)
class Family:
    """Which instances one question has looked at, so that it comes to an end."""

    left: int = 24
    seen: set[str] = field(default_factory=set)

    def admits(self, instance_id: str, depth: int) -> bool:
        """Whether one more may be looked at; counts it."""
        if depth > _DEEPEST or self.left <= 0 or instance_id in self.seen:
            return False
        self.left -= 1
        self.seen.add(instance_id)
        return True
