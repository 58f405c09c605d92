"""What a name can turn out to be."""

from dataclasses import dataclass

from durably.lint.scopes import Class, Function, Module


@dataclass(frozen=True, slots=True)
class External:
    """Something that is not in the tree, by its dotted name; what is built in is `builtins.NAME`.

    Args:
        name: The name; behind a call that of what was called goes on, as in `pathlib.Path.read_text`.
        inside: Whether it comes from a call within a function.
    """

    name: str
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """What a class, or anything external that is called, makes.

    Args:
        of: Of what.
        inside: Whether it was made within a function, so that the call that made it was looked at.
    """

    of: Class | External
    inside: bool


Thing = External | Instance | Function | Class | Module


def named(thing: Thing | None) -> str:
    """The last part of its name; empty where it has none."""
    if isinstance(thing, External):
        return thing.name.rpartition(".")[2]
    if isinstance(thing, Function):
        return thing.name
    return thing.node.name if isinstance(thing, Class) else ""


def dotted(thing: Thing | None) -> str:
    """The dotted name of something external, or of what it made; empty for all that is in the tree."""
    if isinstance(thing, Instance):
        return dotted(thing.of) if isinstance(thing.of, External) else ""
    return thing.name if isinstance(thing, External) else ""
