# SPDX-License-Identifier: EUPL-1.2
"""Break what decides in many small ways, and see whether the tests notice: ``make mutants``.

Rules:
    - one mutant is one change of one module: a comparison, a boolean, a constant, an element, a row, a statement;
    - nothing on disk changes: each mutant lives in a process of its own, forked before the module was imported;
    - each module has its own tests (``tools/mutate_tests.py``): the quick run first, and the first that fails kills;
      what runs too long counts as killed;
    - a mutant that decides the same stands in ``tools/equal_mutants.toml`` with the reason, and is not run.

Exit 0: every mutant was killed; 1: one survived; 2: the tests fail without any, or pass with one that cannot run. The
same seed takes the same sample.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.util
import os
import random
import resource
import signal
import sys
import tomllib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools.mutate_tests import TESTS_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = "kgbx"
PACKAGES: Final = ",".join(sorted({module.split(".")[0] for module in TESTS_OF}))
ALONE: Final = ("-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin")
"""No other plugins: kgbx is one itself, and pytest would load the modules of a plugin its own way, unchanged."""

COMMON: Final = ("pytest", "hypothesis", "kgbx.case", "kgbx.envelope", "kgbx.directory", "kgbx.consent.policies")
"""What every mutant needs and none changes: imported once, before the forks."""

EQUAL: Final = ROOT / "tools" / "equal_mutants.toml"
SECONDS: Final = 120
MEMORY: Final = 2 * 1024**3
"""Bytes a mutant may take: one that never stops collecting must not take the machine with it."""

NOT_RUN: Final = ("annotation", "returns", "decorator_list", "bases")
DEFINED: Final = (ast.FunctionDef, ast.ClassDef)
Change = tuple[str, Any]

SWAPPED: Final[dict[type[ast.AST], type[Any]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Sub: ast.Add,
    ast.Add: ast.Sub,
    ast.Mult: ast.Add,
}
NAMES: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Attributes:
        module: Name of the module below kgbx.
        function: Where the change is.
        line: Its line.
        change: What was, and what it became.
        tree: The changed module.
    """

    module: str
    function: str
    line: int
    change: str
    tree: ast.Module

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the mutant when lines move."""
        return self.module, self.function, self.change


def mutants_of(module: str, source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    tree = ast.parse(source)
    for place, (node, function) in enumerate(_nodes(tree)):
        for change in range(len(list(_changes(node)))):
            mutated = copy.deepcopy(tree)
            target = next(islice(_nodes(mutated), place, None))[0]
            _apply(target, change)
            told = f"{ast.unparse(node)} => {ast.unparse(target)}"
            yield Mutant(module, function, getattr(node, "lineno", 0), told, mutated)


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield what may be changed, with the function it stands in; no types, imports and docstrings."""
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, function = waiting.pop()
        yield node, function
        for child in _children(node):
            name = [child.name] if isinstance(child, DEFINED) else []
            waiting.append((child, ".".join([function, *name] if function else name)))


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("LOG."):
        return  # that it is logged may be broken, its words not: no rule is in them
    for name, value in ast.iter_fields(node):
        if name in NOT_RUN:
            continue
        values = value if isinstance(value, list) else [value]
        yield from (one for one in values if isinstance(one, ast.AST) and not _skipped(one))


def _skipped(node: ast.AST) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _path(module: str) -> Path:
    """Return where a module stands."""
    return ROOT / PACKAGE / f"{module.replace('.', '/')}.py"


def _changes_of_constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield "constant", not node.value
    elif isinstance(node.value, int):
        yield from (("constant", node.value + step) for step in (1, -1))
    elif isinstance(node.value, str):
        yield "constant", f"{node.value}x"


def _changes_of_elements(node: Any) -> Iterator[Change]:  # noqa: ANN401  # a set, tuple or list
    if isinstance(getattr(node, "ctx", None), (ast.Load, type(None))):
        yield from (("element", place) for place in range(len(node.elts)))


_CHANGES: Final[tuple[tuple[tuple[type[ast.AST], ...], Callable[[Any], Iterable[Change]]], ...]] = (
    ((ast.Compare,), lambda node: [("op", place) for place, op in enumerate(node.ops) if type(op) in SWAPPED]),
    ((ast.BoolOp, ast.BinOp), lambda node: [("operator", None)] if type(node.op) in SWAPPED else []),
    ((ast.UnaryOp,), lambda node: [("plain", None)] if isinstance(node.op, ast.Not) else []),
    ((ast.Constant,), _changes_of_constant),
    ((ast.Set, ast.Tuple, ast.List), _changes_of_elements),
    ((ast.Dict,), lambda node: [("row", place) for place in range(len(node.keys))]),
    ((ast.comprehension,), lambda node: [("filter", place) for place in range(len(node.ifs))]),
    ((ast.Name,), lambda node: [("name", None)] if node.id in NAMES else []),
    ((ast.If, ast.IfExp), lambda _: [("test", None)]),
    ((ast.AugAssign,), lambda _: [("statement", None)]),
    ((ast.Expr,), lambda node: [("statement", None)] if isinstance(node.value, ast.Call) else []),
)
"""By kind of node how it can be changed: the kind of change, and what it needs."""


def _changes(node: ast.AST) -> Iterable[Change]:
    return next((changes(node) for kinds, changes in _CHANGES if isinstance(node, kinds)), ())


def _apply(node: Any, number: int) -> None:  # noqa: ANN401  # a node of any kind
    """Change a node in place."""
    kind, value = list(_changes(node))[number]
    if kind == "op":
        node.ops[value] = SWAPPED[type(node.ops[value])]()
    elif kind == "operator":
        node.op = SWAPPED[type(node.op)]()
    elif kind == "constant":
        node.value = value
    elif kind == "name":
        node.id = NAMES[node.id]
    elif kind == "test":
        node.test = ast.UnaryOp(ast.Not(), node.test)
    else:
        _take_out(node, kind, value)


def _take_out(node: Any, kind: str, place: int) -> None:  # noqa: ANN401  # a node of any kind
    if kind == "element":
        del node.elts[place]
    elif kind == "row":
        del node.keys[place], node.values[place]
    elif kind == "filter":
        del node.ifs[place]
    else:  # "not x" becomes "x", a statement nothing: the node becomes another
        fresh: ast.AST = node.operand if kind == "plain" else ast.Pass()
        node.__class__ = type(fresh)
        node.__dict__ = {**node.__dict__, **vars(fresh)}


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads a mutant instead of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = f"{PACKAGE}.{mutant.module}"
        self._file = str(_path(mutant.module))
        self._tree = ast.fix_missing_locations(mutant.tree)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002  # the protocol
        """Return where to load the mutated module from: here."""
        return importlib.util.spec_from_loader(name, self, origin=self._file) if name == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutated module."""
        exec(compile(self._tree, self._file, "exec"), module.__dict__)  # noqa: S102  # our own source, changed


def _try_out(mutant: Mutant) -> None:
    """Run the tests with a mutant, in this process; end it with 0 if it survives, 1 if it is killed."""
    import pytest  # noqa: PLC0415  # after the fork, so that nothing of it is shared

    os.environ["KGBX_EFFORT"] = "quick"
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.meta_path.insert(0, _Instead(mutant))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    status = pytest.main(["-x", "-q", *ALONE, *(f"tests/{one}.py" for one in TESTS_OF[mutant.module])])
    os._exit(0 if status == pytest.ExitCode.OK else 1)


def survivors(mutants: Iterable[Mutant], *, workers: int) -> Iterator[tuple[Mutant, bool]]:
    """Yield each mutant when its tests have run, and whether it survived."""
    running: dict[int, Mutant] = {}
    for mutant in mutants:
        if len(running) >= workers:
            yield _ended(running)
        child = os.fork()
        if child == 0:
            _try_out(mutant)
        running[child] = mutant
    while running:
        yield _ended(running)


def _ended(running: dict[int, Mutant]) -> tuple[Mutant, bool]:
    child, status = os.wait()
    return running.pop(child), status == 0


def chosen(modules: Iterable[str], *, sample: int, seed: int) -> tuple[list[Mutant], int]:
    """Return a sample of the mutants of some modules, 0 for all, and how many are known to decide the same."""
    every = [one for module in modules for one in mutants_of(module, _path(module).read_text(encoding="utf-8"))]
    rows = tomllib.loads(EQUAL.read_text(encoding="utf-8"))["equal"]
    equal = {(row["module"], row["function"], row["change"]) for row in rows}
    left = [one for one in every if one.key not in equal]
    picked = random.Random(seed).sample(left, min(sample, len(left))) if sample else left  # noqa: S311  # no secret
    return picked, len(every) - len(left)


def unchanged(module: str) -> Mutant:
    """Return a mutant that changes nothing: the control, for whatever fails with it kills nothing."""
    return Mutant(module, "", 0, "", ast.parse(_path(module).read_text(encoding="utf-8")))


def useless(module: str) -> Mutant:
    """Return a mutant that cannot even be imported: the other control, for where it lives no mutant is tried at all."""
    return Mutant(module, "", 0, "", ast.parse("raise RuntimeError"))


def wrong_controls(modules: Iterable[str], *, workers: int) -> list[str]:
    """Return what is wrong with the tests themselves: one line for each module of which a control does otherwise."""
    named = sorted(set(modules))
    groups = {TESTS_OF[module]: module for module in named}
    wrong = [
        f"{mutant.module}: the tests fail without any mutant"
        for mutant, alive in survivors(map(unchanged, groups.values()), workers=workers)
        if not alive
    ]
    return wrong + [
        f"{mutant.module}: the tests do not run the mutants"
        for mutant, alive in survivors(map(useless, named), workers=workers)
        if alive
    ]


def modules_of(asked: str) -> list[str]:
    """Return the modules that names with commas between stand for; a package stands for all its modules with tests.

    Raises:
        ValueError: a name stands for nothing.
    """
    names = set(asked.split(","))
    if not names <= {one for module in TESTS_OF for one in (module, module.split(".")[0])}:
        raise ValueError
    return [module for module in TESTS_OF if names & {module, module.split(".")[0]}]


def main(arguments: list[str] | None = None) -> int:
    """Try mutants and print what survived.

    Returns:
        0 when none survived, 1 when one did, 2 when the tests fail by themselves, or never run a mutant.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--modules", type=modules_of, default=PACKAGES, help="below kgbx, with commas between: story,delivery.core"
    )
    parser.add_argument("--sample", type=int, default=60, help="how many mutants; 0 for all")
    parser.add_argument("--seed", type=int, default=0, help="another seed is another sample")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(arguments)
    for one in COMMON:
        importlib.import_module(one)
    mutants, equal = chosen(given.modules, sample=given.sample, seed=given.seed)
    wrong = wrong_controls((mutant.module for mutant in mutants), workers=given.workers)
    if wrong:
        print(*wrong, sep="\n")
        return 2
    alive = 0
    for mutant, survived in survivors(mutants, workers=given.workers):
        alive += survived
        if survived:
            print(f"survived: {mutant.module}.py:{mutant.line} {mutant.function}: {mutant.change}", flush=True)
    print(f"{len(mutants)} tried, {len(mutants) - alive} killed, {alive} survived; {equal} decide the same, not tried")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
