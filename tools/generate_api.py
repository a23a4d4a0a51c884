# SPDX-License-Identifier: EUPL-1.2
"""Write tests/architecture/public_api.txt: every public name with its signature, so that a change of it is seen.

A module's public names are those of ``__all__``; without one, what it defines itself without an underscore.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from tools.generated import write_or_check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

OUTPUT: Final = "tests/architecture/public_api.txt"
MODULES: Final = (
    "kgbx",
    "kgbx.errors",
    "kgbx.messages",
    "kgbx.limits",
    "kgbx.clock",
    "kgbx.canonical",
    "kgbx.resources",
    "kgbx.codes",
    "kgbx.case",
    "kgbx.envelope.ports",
    "kgbx.envelope.keys",
    "kgbx.envelope.identity",
    "kgbx.envelope.seal",
    "kgbx.envelope.unseal",
    "kgbx.envelope.replay",
    "kgbx.envelope.inspect",
    "kgbx.envelope.vectors",
    "kgbx.directory",
    "kgbx.interop",
    "kgbx.testing.families",
    "kgbx.testing.near_misses",
    "kgbx.testing.leaks",
    "kgbx.testing.strategies",
)
"""The modules that others may import; whatever lies deeper may move."""

HEAD: Final = "# Every public name of kgbx. Written by tools/generate_api.py; a change here is a change for users.\n"
ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+")


def names_of(module: ModuleType) -> list[str]:
    """Return the public names of a module, sorted."""
    declared = getattr(module, "__all__", None)
    return sorted(declared if declared is not None else own_names(inspect.getsource(module)))


def own_names(source: str) -> set[str]:
    """Return the public names that a source defines itself at its top."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    return {name for name in names if not name.startswith("_")}


def signature(value: object) -> str:
    """Return how something is called; without what differs from run to run."""
    try:
        text = str(inspect.signature(value))  # type: ignore[arg-type]  # what cannot be called raises
    except (TypeError, ValueError):
        return "(...)"
    return ADDRESS.sub("", text)


def described(name: str, value: object) -> Iterator[str]:
    """Yield the lines of one name."""
    if inspect.isclass(value):
        yield from described_class(name, value)
    elif inspect.isroutine(value):
        yield f"def {name}{signature(value)}"
    elif isinstance(value, int | str):
        yield f"{name} = {value!r}"
    else:
        yield f"{name}: {type(value).__name__}"


def described_class(name: str, kind: type) -> Iterator[str]:
    """Yield the constructor and the public members that a class defines itself."""
    if issubclass(kind, BaseModel):
        yield f"class {name}"
        for field, info in kind.model_fields.items():
            yield f"    {field}{'' if info.is_required() else ' (optional)'}"
    else:
        yield f"class {name}{signature(kind)}"
    for member, value in sorted(vars(kind).items()):
        if not member.startswith(("_", "model_")):
            yield from described_member(member, value)


def described_member(name: str, value: object) -> Iterator[str]:
    """Yield the line of a method, a property or a constant of a class."""
    if isinstance(value, classmethod | staticmethod):
        yield f"    {type(value).__name__} {name}{signature(value.__func__)}"
    elif inspect.isfunction(value):
        yield f"    def {name}{signature(value)}"
    elif isinstance(value, property):
        yield f"    property {name}"
    elif inspect.isdatadescriptor(value):
        yield f"    {name}"


def api() -> str:
    """Return the text of the snapshot."""
    lines: list[str] = []
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        lines.append(f"\n[{module_name}]")
        for name in names_of(module):
            lines.extend(described(name, getattr(module, name)))
    return HEAD + "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the snapshot."""
    return write_or_check({OUTPUT: api()}, arguments)


if __name__ == "__main__":
    sys.exit(main())
