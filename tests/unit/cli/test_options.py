import inspect
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from durably.cli.commands.options import spread


@dataclass(frozen=True, slots=True)
class Colour:
    """A group of options."""

    red: Annotated[int, typer.Option("--red")] = 1
    green: Annotated[int, typer.Option("--green")] = 2


def test_a_group_of_options_is_one_parameter_for_the_command_and_several_for_the_shell() -> None:
    seen: list[Any] = []

    def paint(*, colour: Colour, name: Annotated[str, typer.Argument()]) -> None:
        seen.append((colour, name))

    command = spread(paint)
    assert list(inspect.signature(command).parameters) == ["name", "red", "green"]
    command(name="wall", red=5, green=6)
    assert seen == [(Colour(5, 6), "wall")]


def test_the_shell_gets_the_defaults_of_the_group() -> None:
    def paint(*, colour: Colour) -> None:
        """Paint."""

    parameters = inspect.signature(spread(paint)).parameters
    assert [parameter.default for parameter in parameters.values()] == [1, 2]
