"""The rules, in the order in which the page and `--explain` show them."""

from typing import Final

from durably.lint.rulebook.code import CODE
from durably.lint.rulebook.process import PROCESS
from durably.lint.rulebook.rule import Rule
from durably.lint.rulebook.scheduling import SCHEDULING
from durably.lint.rulebook.values import VALUES
from durably.lint.rulebook.waiting import WAITING

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in (*VALUES, *PROCESS, *SCHEDULING, *WAITING, *CODE)}
"""Every rule by its id."""

__all__ = ["RULES", "Rule"]
