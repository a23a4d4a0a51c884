# SPDX-License-Identifier: EUPL-1.2
"""A bounded run of each fuzz target, from a corpus of what is valid, with a fixed seed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.resources import examples_path
from tests.case.builders import as_bytes, smallest
from tests.effort import MACHINE_CANNOT, scaled

if TYPE_CHECKING:
    from pathlib import Path

RUNS: Final = scaled(quick=500, ci=8000, long=2_000_000)
SECONDS: Final = 600

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason=f"{MACHINE_CANNOT}atheris has no wheel for it"
)


def fuzz(target: str, corpus: Path, *, runs: int = RUNS) -> subprocess.CompletedProcess[str]:
    """Run a target; what it finds is written into the parent of the corpus."""
    flags = [f"-runs={runs}", "-seed=7", "-max_len=65536", "-timeout=60", f"-artifact_prefix={corpus.parent}/"]
    return subprocess.run(
        [sys.executable, "-m", f"tests.fuzz.{target}", *flags, str(corpus)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "smallest").write_bytes(as_bytes(smallest()))
    (folder / "journey").write_bytes(examples_path("journey", "case.json").read_bytes()[:60_000])
    return folder


def test_reading_a_case_raises_document_errors_only(corpus: Path) -> None:
    done = fuzz("fuzz_case", corpus)
    assert (done.returncode, f"Done {RUNS} runs" in done.stderr) == (0, True), done.stderr[-2000:]


def test_reading_what_comes_in_an_envelope_raises_documented_errors_only(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"  # keys are fresh in each run, so the target brings its own examples
    corpus.mkdir()
    done = fuzz("fuzz_envelope", corpus)
    assert (done.returncode, f"Done {RUNS} runs" in done.stderr) == (0, True), done.stderr[-2000:]


def test_a_target_that_fails_is_seen(corpus: Path) -> None:
    """The control: a target that raises ends the run with a crash file."""
    done = fuzz("fuzz_control", corpus, runs=1000)
    assert (done.returncode != 0, [path.name[:6] for path in corpus.parent.glob("crash-*")]) == (True, ["crash-"])
