# SPDX-License-Identifier: EUPL-1.2
"""The published schema elsewhere: AJV in its strict mode gives the same verdicts; generated TypeScript compiles."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from kgbx.resources import examples_path, schemas_path
from tests.case.judges import RUST
from tests.case.mutants import mutants
from tests.case.strategies import documents
from tests.case.test_schema import TRAPS, trapped
from tests.effort import EFFORT
from tests.interop.javascript import TAKES_LONGER, node_folder, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

STRICT = str(schemas_path("family-case-1.0.schema.json"))
CODEGEN = str(schemas_path("family-case-1.0.codegen.schema.json"))
COMPILE = ("--strict", "--noEmit", "--target", "es2022", "--module", "nodenext")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return node_folder(tmp_path_factory.mktemp("node"))


class Ajv:
    """A node process that answers line by line."""

    def __init__(self, folder: Path) -> None:
        command = ("node", "verdicts.mjs", STRICT)
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def accepts(self, value: object) -> bool:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()
        return {"true": True, "false": False}[self.answer()]


@pytest.fixture(scope="module")
def ajv(node: Path) -> Iterator[Ajv]:
    started = Ajv(node)
    with started.process:
        assert started.answer() == "compiled"
        yield started
        assert started.process.stdin is not None
        started.process.stdin.close()


class TestAjvAgrees:
    """A validator in another language accepts the same documents."""

    @given(value=documents)
    def test_on_documents_whose_shape_is_right(self, ajv: Ajv, value: dict[str, Any]) -> None:
        assert ajv.accepts(value)

    @given(value=mutants())
    def test_on_documents_with_one_mistake(self, ajv: Ajv, value: object) -> None:
        assert ajv.accepts(value) is RUST.is_valid(value)

    @pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
    def test_on_what_some_validator_accepts(self, ajv: Ajv, trap: tuple[str, str, object]) -> None:
        assert not ajv.accepts(trapped(*trap))

    def test_on_the_example(self, ajv: Ajv) -> None:
        assert ajv.accepts(json.loads(examples_path("journey", "case.json").read_bytes()))


@pytest.mark.parametrize("broken", [{"type": "string", "unheard_of": 1}, {"pattern": "^\\-$", "type": "string"}])
def test_ajv_is_strict(node: Path, tmp_path: Path, broken: dict[str, Any]) -> None:
    """Neither an unknown keyword nor a pattern that is none with the u flag is compiled."""
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    done = run(node, "node", "verdicts.mjs", str(tmp_path / "broken.json"))
    assert (done.returncode, "compiled" in done.stdout) == (1, False)


@pytest.fixture(scope="module")
def types(node: Path) -> Path:
    """Generate the types once."""
    done = run(node, "node_modules/.bin/json2ts", "-i", CODEGEN, "-o", "family-case.d.ts")
    assert done.returncode == 0, done.stderr
    return node


def test_a_generated_type_has_the_name_of_its_definition(types: Path) -> None:
    text = (types / "family-case.d.ts").read_text(encoding="utf-8")
    names = set(re.findall(r"^export (?:type|interface) (\w+)", text, re.MULTILINE))
    assert names == {"FamilyCase", *json.loads((schemas_path(CODEGEN)).read_bytes())["$defs"]}
    assert ": unknown" not in text


def test_a_program_that_uses_the_types_compiles(types: Path) -> None:
    done = run(types, "node_modules/.bin/tsc", *COMPILE, "right.ts")
    assert (done.returncode, done.stdout) == (0, "")


def test_what_that_program_builds_is_valid(types: Path) -> None:
    run(types, "node_modules/.bin/tsc", *COMPILE[2:], "--outDir", "out", "right.ts")
    done = run(types, "node", "out/right.js")
    assert RUST.is_valid(json.loads(done.stdout)["file"])


def test_each_misuse_of_the_types_does_not_compile(types: Path) -> None:
    done = run(types, "node_modules/.bin/tsc", *COMPILE, "wrong.ts")
    lines = (types / "wrong.ts").read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if line.endswith("// refused")]
    assert [int(number) for number in re.findall(r"^wrong\.ts\((\d+),", done.stdout, re.MULTILINE)] == marked
