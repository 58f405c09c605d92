"""One pass over a file: its functions, its classes, and what every name is bound to."""

import ast

from durably.lint.binding import bind, bind_all
from durably.lint.scopes import Binding, Class, Function, Module, Scope
from durably.lint.sources import Source


def collected(source: Source) -> Module:
    """The module that a file is."""
    module = Module(source)
    if source.tree is not None:
        _Collector(module).visit(source.tree)
    return module


class _Collector(ast.NodeVisitor):
    def __init__(self, module: Module) -> None:
        self.module, self.scope = module, module.scope
        self.function: Function | None = None
        self.owner: Class | None = None
        self.names: list[str] = []

    def visit(self, node: ast.AST) -> None:
        nodes = self.function.nodes if self.function else self.module.nodes
        nodes.append(node)
        super().visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outside in (*node.decorator_list, *node.args.defaults, *(one for one in node.args.kw_defaults if one)):
            self.visit(outside)
        scope = Scope("function", self.module, self.scope)
        function = Function(node, scope, self.owner, ".".join([*self.names, node.name]))
        scope.function = function
        self._define(node, function)
        before = self.scope, self.function, self.owner, self.names
        self.scope, self.function, self.owner, self.names = scope, function, None, [*self.names, node.name]
        self._parameters(node.args)
        for inside in node.body:
            self.visit(inside)
        self.scope, self.function, self.owner, self.names = before

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef, function: Function) -> None:
        self.module.functions.append(function)
        if self.owner:
            self.owner.methods[node.name] = function
        if self.function:
            self.function.inner.append(function)
        self.scope.bind(node.name, Binding("function", node, owner=function))

    def _parameters(self, args: ast.arguments) -> None:
        for one in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if one is not None:
                self.scope.bind(one.arg, Binding("parameter", one, annotation=one.annotation))

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._parameters(node.args)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        scope = Scope("class", self.module, self.scope, function=self.function)
        found = Class(node, scope)
        self.module.classes.append(found)
        self.scope.bind(node.name, Binding("class", node, owner=found))
        before = self.scope, self.owner, self.names
        self.scope, self.owner, self.names = scope, found, [*self.names, node.name]
        for inside in node.body:
            self.visit(inside)
        self.scope, self.owner, self.names = before

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.shared |= set(node.names)

    def visit_Import(self, node: ast.Import) -> None:
        for one in node.names:
            name, target = (one.asname, one.name) if one.asname else (one.name.split(".")[0],) * 2
            self.scope.bind(name, Binding("import", node, target=target))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for one in node.names:
            if one.name == "*":
                self.scope.stars.append(Binding("star", node, target=node.module or "", level=node.level))
                continue
            target = f"{node.module}.{one.name}" if node.module else one.name
            self.scope.bind(one.asname or one.name, Binding("import", node, target=target, level=node.level))

    def visit_Assign(self, node: ast.Assign) -> None:
        bind_all(self.scope, self.function, node.targets, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        bind(self.scope, self.function, node.target, "value", node.value, node.annotation)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        bind(self.scope, self.function, node.target, "other", node.value)
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        bind(self.scope, self.function, node.target, "value", node.value)
        self.generic_visit(node)

    def visit_For(self, node: ast.For | ast.AsyncFor | ast.comprehension) -> None:
        bind(self.scope, self.function, node.target, "item", node.iter)
        self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.visit_For(node)

    def visit_withitem(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            bind(self.scope, self.function, node.optional_vars, "value", node.context_expr)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.scope.bind(node.name, Binding("other", node))
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.scope.bind(node.name, Binding("other", node))
        self.generic_visit(node)
