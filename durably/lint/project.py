"""All modules of a tree, and which of them an import means."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Final

from durably.lint.collecting import collected
from durably.lint.scopes import Module
from durably.lint.sources import TOO_DEEP, Source

_PACKAGE: Final = "__init__"


class Project:
    """The tree that is checked.

    Args:
        sources: Its files; those without syntax are left out.
        progress: Told how many were gone through.
    """

    def __init__(self, sources: Iterable[Source], progress: Callable[[int], object] = lambda _: None) -> None:
        self.modules: list[Module] = []
        self.unreadable: list[Source] = []
        for number, source in enumerate(sources, 1):
            self._add(source)
            progress(number)
        self._by_path = {module.source.path: module for module in self.modules}
        self._by_name: dict[str, list[Module]] = {}
        for module in self.modules:
            self._by_name.setdefault(self._dotted(module.source.path), []).append(module)
        self._found: dict[tuple[str, int, Path], Module | None] = {}
        self._folders = {parent for path in self._by_path for parent in path.parents}

    def _add(self, source: Source) -> None:
        if source.tree is None:
            self.unreadable.append(source)
            return
        try:
            self.modules.append(collected(source))
        except RecursionError:
            self.unreadable.append(replace(source, problem=(1, TOO_DEEP)))

    def _dotted(self, path: Path) -> str:
        """The name of a module by the packages that it stands in."""
        parts = [] if path.stem == _PACKAGE else [path.stem]
        folder = path.parent
        while (folder / f"{_PACKAGE}.py") in self._by_path:
            parts.append(folder.name)
            folder = folder.parent
        return ".".join(reversed(parts))

    def find(self, dotted: str, *, level: int, seen_from: Path) -> Module | None:
        """The module that an import names, if it is in the tree.

        Args:
            dotted: The name.
            level: The number of dots before it.
            seen_from: The file that imports.
        """
        key = dotted, level, seen_from.parent
        if key not in self._found:
            self._found[key] = self._find(dotted, level, seen_from)
        return self._found[key]

    def _find(self, dotted: str, level: int, seen_from: Path) -> Module | None:
        if level:
            folder = seen_from.parents[min(level, len(seen_from.parents)) - 1]
            return self._below(folder, dotted)
        named = self._by_name.get(dotted, [])
        if len(named) == 1:
            return named[0]
        found = (self._below(folder, dotted) for folder in seen_from.parents if folder in self._folders)
        return next((one for one in found if one), named[0] if named else None)

    def _below(self, folder: Path, dotted: str) -> Module | None:
        place = folder.joinpath(*dotted.split(".")) if dotted else folder
        return self._by_path.get(place / f"{_PACKAGE}.py") or (
            self._by_path.get(place.parent / f"{place.name}.py") if dotted else None
        )

    @cached_property
    def neighbours(self) -> dict[Module, set[Module]]:
        """The modules that a module imports, or that import it."""
        found: dict[Module, set[Module]] = {module: set() for module in self.modules}
        for module in self.modules:
            for other in self._imports(module):
                found[module].add(other)
                found[other].add(module)
        return found

    def _imports(self, module: Module) -> Iterator[Module]:
        path = module.source.path
        for node in module.all_nodes():
            if isinstance(node, ast.Import):
                wanted = [(one.name, 0) for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                package = node.module or ""
                wanted = [(package, node.level)]
                wanted += [(f"{package}.{one.name}" if package else one.name, node.level) for one in node.names]
            else:
                continue
            for name, level in wanted:
                other = self.find(name, level=level, seen_from=path)
                if other:
                    yield other
