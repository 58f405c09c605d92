"""What is known of one rule."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        id: How it is named in findings, options and comments.
        title: What it is about, in a few words.
        why: What goes wrong otherwise.
        hint: What to do instead, in one line.
        bad: Code that breaks it, and no other rule.
        good: The same, as it should be.
        fixes: What `--fix` changes; empty where only a person can.
    """

    id: str
    title: str
    why: str
    hint: str
    bad: str = ""
    good: str = ""
    fixes: str = ""
