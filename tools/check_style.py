# SPDX-License-Identifier: EUPL-1.2
"""Refuse code that is too long, too deep, too wide or tied in a knot; print the worst places either way.

Rules:
    - everywhere: a function has at most 40 lines of code (no blank lines, comments, docstring), a module 400 lines,
      control blocks nest 3 deep, a function takes 6 parameters;
    - in kgbx/ besides: a public function takes 2 by position, everything public has a docstring, there is no assert,
      no broad except, and no import cycle, counting imports for type checking and those inside functions.

Works on the syntax tree only: imports nothing of what it looks at.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDERS: Final = ("kgbx", "tests", "tools", "bench")
PACKAGE: Final = "kgbx"

LIMITS: Final = {
    "lines of a module": 400,
    "code lines of a function": 40,
    "nesting": 3,
    "parameters": 6,
    "positional": 2,
}

MAY_CATCH_ALL: Final = {
    "kgbx/cli/main.py": "the last resort: a bug becomes exit status 70 without the data it held",
    "kgbx/delivery/handing.py": "what an application raises nobody can know; the next message must go on",
}
MAY_TAKE_MANY: Final = {"kgbx/cli/": "a command has as many parameters as it has options"}

BLOCKS: Final = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
NO_CODE: Final = frozenset(
    (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Defined = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | Defined


@dataclass(frozen=True)
class Finding:
    """Something measured, or something refused outright (`value` None)."""

    kind: str
    place: str
    value: int | None = None

    @property
    def refused(self) -> bool:
        """Whether this breaks a rule."""
        return self.value is None or self.value > LIMITS[self.kind]

    def __str__(self) -> str:
        figure = "" if self.value is None else f" {self.value} (limit {LIMITS[self.kind]})"
        return f"{self.place}: {self.kind}{figure}"


@dataclass(frozen=True)
class Source:
    """One parsed file; `name` is its path from the root, with slashes."""

    name: str
    text: str
    tree: ast.Module

    @property
    def in_package(self) -> bool:
        """Whether the file belongs to the library itself."""
        return self.name.startswith(f"{PACKAGE}/")

    def place(self, node: ast.stmt | ast.ExceptHandler, what: str = "") -> str:
        """Return where a node stands."""
        return f"{self.name}:{node.lineno} {what}".rstrip()


def read(path: Path, root: Path) -> Source:
    """Parse one file."""
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(root).as_posix(), text, ast.parse(text, str(path)))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield all functions, those inside others included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def docstring_lines(tree: ast.Module) -> set[int]:
    """Return the numbers of the lines that docstrings take."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            lines.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def code_lines(source: Source) -> set[int]:
    """Return the numbers of the lines that hold code."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines - docstring_lines(source.tree)


def deepest(statements: Iterable[ast.AST], depth: int = 0) -> int:
    """Return how deep control blocks nest; an elif stands beside its if, a function inside starts anew."""
    deep = depth
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inner = depth + isinstance(node, BLOCKS)
        deep = max(deep, inner, deepest(children(node), inner))
        if isinstance(node, ast.If) and is_elif(node):
            deep = max(deep, deepest(node.orelse, depth))
    return deep


def is_elif(node: ast.If) -> bool:
    """Tell whether the else of an if is nothing but an elif."""
    return len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If) and node.orelse[0].col_offset == node.col_offset


def children(node: ast.AST) -> list[ast.AST]:
    """Return what stands inside a node, but for an elif."""
    inside = list(ast.iter_child_nodes(node))
    return inside[: -len(node.orelse)] if isinstance(node, ast.If) and is_elif(node) else inside


def parameters(function: Function) -> tuple[int, int]:
    """Return how many parameters a function takes by position, and in all; self and cls do not count."""
    by_position = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if by_position[:1] in (["self"], ["cls"]):
        by_position = by_position[1:]
    stars = (function.args.vararg is not None) + (function.args.kwarg is not None)
    return len(by_position), len(by_position) + len(function.args.kwonlyargs) + stars


def is_public(name: str) -> bool:
    """Tell whether a name is for users."""
    return not name.startswith("_")


def measured(source: Source) -> Iterator[Finding]:
    """Yield the size of a module and of its functions."""
    yield Finding("lines of a module", source.name, source.text.count("\n"))
    code = code_lines(source)
    for function in functions(source.tree):
        place = source.place(function, function.name)
        span = range(function.lineno, (function.end_lineno or function.lineno) + 1)
        yield Finding("code lines of a function", place, len(code.intersection(span)))
        yield Finding("nesting", place, deepest(function.body))
        yield from breadth(source, function, place)


def breadth(source: Source, function: Function, place: str) -> Iterator[Finding]:
    """Yield how many parameters a function takes."""
    by_position, total = parameters(function)
    if source.name.startswith(tuple(MAY_TAKE_MANY)) or source.name.startswith("tests/"):
        return
    yield Finding("parameters", place, total)
    if source.in_package and is_public(function.name):
        yield Finding("positional", place, by_position)


def refused_in_package(source: Source) -> Iterator[Finding]:
    """Yield what may not stand in the library at all."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assert):
            yield Finding("assert (python -O removes it)", source.place(node))
        if isinstance(node, ast.ExceptHandler) and is_broad(node) and source.name not in MAY_CATCH_ALL:
            yield Finding("broad except", source.place(node))
    yield from undocumented(source)


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler catches everything."""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}) for kind in caught
    )


def undocumented(source: Source) -> Iterator[Finding]:
    """Yield public modules, classes, functions and methods without a docstring."""
    if ast.get_docstring(source.tree) is None:
        yield Finding("no docstring", source.name)
    for node in definitions(source.tree.body):
        if ast.get_docstring(node) is None:
            yield Finding("no docstring", source.place(node, node.name))


def definitions(body: list[ast.stmt]) -> Iterator[ast.ClassDef | Function]:
    """Yield the public definitions of a module or class, and those of its public classes."""
    for node in body:
        if isinstance(node, Defined) and needs_docstring(node):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from definitions(node.body)


def needs_docstring(node: ast.ClassDef | Function) -> bool:
    """Tell whether a definition is public and stands for itself."""
    names = {decorator.id for decorator in node.decorator_list if isinstance(decorator, ast.Name)}
    return is_public(node.name) and not names & {"overload", "override"}


def module_name(source: Source) -> str:
    """Return the dotted name of a module."""
    return source.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(source: Source) -> set[str]:
    """Return the dotted names that a module imports anywhere, for type checking and inside functions too."""
    names: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def import_graph(sources: list[Source]) -> dict[str, set[str]]:
    """Return which module of the package imports which."""
    known = {module_name(source) for source in sources}
    graph: dict[str, set[str]] = {name: set() for name in known}
    for source in sources:
        for name in imports(source):
            target = name if name in known else name.rpartition(".")[0]
            if target in known:
                graph[module_name(source)].add(target)
    return graph


def cycles(sources: list[Source]) -> list[Finding]:
    """Return an import cycle of the package, if there is one."""
    try:
        TopologicalSorter(import_graph(sources)).prepare()
    except CycleError as error:
        return [Finding("import cycle", " -> ".join(error.args[1]))]
    return []


def examine(root: Path) -> list[Finding]:
    """Return everything measured and refused below `root`."""
    found: list[Finding] = []
    package: list[Source] = []
    for path in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py")):
        source = read(path, root)
        found.extend(measured(source))
        if source.in_package:
            found.extend(refused_in_package(source))
            package.append(source)
    return [*found, *cycles(package)]


def worst(found: list[Finding], count: int) -> Iterator[str]:
    """Yield the largest of each measure."""
    for kind in LIMITS:
        of_kind = sorted((f for f in found if f.kind == kind), key=lambda f: f.value or 0, reverse=True)
        for finding in of_kind[:count]:
            yield f"  {finding}"


def main(arguments: list[str] | None = None) -> int:
    """Print the worst places and what is refused; return 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--worst", type=int, default=2, help="how many of the largest to show of each measure")
    options = parser.parse_args(arguments)
    found = examine(options.root)
    print("Largest:", *worst(found, options.worst), sep="\n")
    refused = [finding for finding in found if finding.refused]
    print(*(f"REFUSED {finding}" for finding in refused), f"{len(refused)} refused", sep="\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
