"""Which name means what where: modules, classes, functions, and what is bound in them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Union

from durably.lint.sources import Source

Kind = Literal["import", "star", "function", "class", "parameter", "value", "item", "other"]


@dataclass(eq=False, slots=True)
class Binding:
    """One place that gives a name its meaning.

    Args:
        kind: By what; `value` has an expression, `item` is an element of one, or what `with` makes of it.
        node: Where.
        value: The expression.
        annotation: The declared type.
        target: Of an import the dotted name.
        level: Of a relative import the number of dots.
        owner: The function or class that is defined.
        writer: The function that says `global`.
    """

    kind: Kind
    node: ast.AST
    value: ast.expr | None = None
    annotation: ast.expr | None = None
    target: str = ""
    level: int = 0
    owner: Union["Function", "Class", None] = None
    writer: "Function | None" = None


@dataclass(eq=False, slots=True)
class Scope:
    """The names of a module, a class or a function."""

    kind: Literal["module", "class", "function"]
    module: "Module"
    parent: "Scope | None" = None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[Binding] = field(default_factory=list)
    shared: set[str] = field(default_factory=set)
    """What `global` says of names."""
    function: "Function | None" = None

    def bind(self, name: str, binding: Binding) -> None:
        """Add a meaning of a name."""
        place = self
        if name in self.shared:
            place, binding.writer = self.module.scope, self.function
        place.names.setdefault(name, []).append(binding)


@dataclass(eq=False)
class Function:
    """A function, and all syntax that is its own: not that of functions within it."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope
    owner: "Class | None"
    qualified: str
    nodes: list[ast.AST] = field(default_factory=list)
    inner: list["Function"] = field(default_factory=list)

    @property
    def module(self) -> "Module":
        """Where it stands."""
        return self.scope.module

    @property
    def name(self) -> str:
        """Its own name."""
        return self.node.name

    @cached_property
    def is_generator(self) -> bool:
        """Whether it yields."""
        return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in self.nodes)

    @cached_property
    def parameters(self) -> list[ast.arg]:
        """What it is called with by position, without `self` or `cls`."""
        given = [*self.node.args.posonlyargs, *self.node.args.args]
        is_method = self.owner is not None and "staticmethod" not in self.decorators
        return given[1:] if is_method else given

    @cached_property
    def decorators(self) -> set[str]:
        """The last names of its decorators."""
        return {last_name(one.func if isinstance(one, ast.Call) else one) for one in self.node.decorator_list}


@dataclass(eq=False)
class Class:
    """A class, its methods, and what its methods assign to `self`."""

    node: ast.ClassDef
    scope: Scope
    methods: dict[str, Function] = field(default_factory=dict)
    attributes: dict[str, list[tuple[ast.expr | None, Function]]] = field(default_factory=dict)


@dataclass(eq=False)
class Module:
    """A file with what it defines. `nodes` is what runs when it is imported."""

    source: Source
    nodes: list[ast.AST] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)

    @cached_property
    def scope(self) -> Scope:
        """Its names."""
        return Scope("module", self)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What each syntax node stands in."""
        tree = self.source.tree
        walked = ast.walk(tree) if tree else ()
        return {child: node for node in walked for child in ast.iter_child_nodes(node)}

    def all_nodes(self) -> Iterator[ast.AST]:
        """All of its syntax."""
        yield from self.nodes
        for function in self.functions:
            yield from function.nodes


def last_name(node: ast.AST) -> str:
    """The last part of a dotted name; empty for what is none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
