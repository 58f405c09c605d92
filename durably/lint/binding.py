"""What assignments bind: names, parts of tuples, attributes of `self`."""

import ast
from collections.abc import Sequence

from durably.lint.scopes import Binding, Function, Kind, Scope


def bind_all(scope: Scope, function: Function | None, targets: Sequence[ast.expr], value: ast.expr) -> None:
    """Bind the targets of an assignment; where both sides are tuples, part by part."""
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else []
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if parts and len(parts) == len(values):
            for part, one in zip(parts, values, strict=True):
                bind(scope, function, part, "value", one)
        else:
            bind(scope, function, target, "value", value)


def bind(
    scope: Scope,
    function: Function | None,
    target: ast.expr,
    kind: Kind,
    value: ast.expr | None = None,
    annotation: ast.expr | None = None,
) -> None:
    """Bind one target.

    Args:
        scope: Where.
        function: In which function that is.
        target: What is assigned to.
        kind: By what.
        value: The expression.
        annotation: The declared type.
    """
    match target:
        case ast.Name(id=name):
            scope.bind(name, Binding(kind, target, value, annotation))
        case ast.Starred(value=inner):
            bind(scope, function, inner, "item")
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                bind(scope, function, part, "item")
        case ast.Attribute(value=ast.Name(id=owner), attr=attr):
            _bind_attribute(function, owner, attr, value)


def _bind_attribute(function: Function | None, owner: str, attr: str, value: ast.expr | None) -> None:
    method = function
    while method and not method.owner:
        method = method.scope.parent.function if method.scope.parent else None
    first = method.node.args.args[:1] if method else []
    if method and method.owner and first and first[0].arg == owner:
        method.owner.attributes.setdefault(attr, []).append((value, method))
