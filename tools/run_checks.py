# SPDX-License-Identifier: EUPL-1.2
"""Run every check and test of kgbx, one after the other, and stop at the first that fails.

``make test`` calls this; ``--write`` only regenerates the generated files (``make fix``), ``--coverage`` only counts
which lines the tests run (``make coverage``). The steps are tables.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Step:
    """One check: what it is called, what is run, whether its output is always shown, and how hard it tries.

    Without an effort of its own a step has the effort of the run.
    """

    name: str
    command: tuple[str, ...]
    shown: bool = False
    effort: str | None = None


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command of a tool of the virtual environment."""
    return (str(BIN / name), *arguments)


def own(script: str, *arguments: str) -> tuple[str, ...]:
    """Return the command of a script of this folder."""
    return (sys.executable, "-m", f"tools.{script}", *arguments)


CHECKS = (
    Step("ruff check", tool("ruff", "check", "--quiet", ".")),
    Step("ruff format", tool("ruff", "format", "--quiet", "--check", ".")),
    Step("types (mypy strict)", tool("mypy")),
    Step("layers (import-linter)", tool("lint-imports")),
    Step("style limits", own("check_style")),
    Step("licence headers", own("check_headers")),
    Step("no real persons", own("check_no_real_persons")),
    Step("requirements are shown", own("check_musts")),
)
PYTEST = (sys.executable, "-m", "pytest", "-q", "-n", "auto")
TESTS = (Step("tests", PYTEST, shown=True),)
COVERAGE = (
    Step(
        "tests, with coverage, effort quick",
        (*PYTEST, "--cov", "--cov-report=", "--cov-fail-under=0"),
        shown=True,
        effort="quick",
    ),
    Step("coverage", (sys.executable, "-m", "coverage", "report"), shown=True),
)
"""To count which lines run takes as long as to run them, so it is done apart, and the hard searches go without."""

GENERATORS = (
    "generate_schema",
    "generate_needs_schema",
    "generate_message_schemas",
    "generate_envelope_schemas",
    "generate_openapi",
    "generate_docs",
    "generate_api",
)
"""What can be made again and compared. Vectors are made once and replayed: their signatures are random."""


def steps(arguments: list[str]) -> list[Step]:
    """Return the steps of this run, in order."""
    if "--write" in arguments:
        return [Step(f"write: {name}", own(name)) for name in GENERATORS]
    if "--coverage" in arguments:
        return [*COVERAGE]
    checks = [Step(f"up to date: {name}", own(name, "--check")) for name in GENERATORS]
    return [*CHECKS, *checks, *TESTS]


def run(step: Step) -> int:
    """Run one step, print its line, and its output if it failed or is always shown; return its exit status."""
    if step.shown:
        print(f"-- {step.name}", flush=True)
    started = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=os.environ | ({} if step.effort is None else {"KGBX_EFFORT": step.effort}),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=None if step.shown else subprocess.PIPE,
        stderr=None if step.shown else subprocess.STDOUT,
    )
    if done.returncode and done.stdout:
        sys.stdout.buffer.write(done.stdout)
    word = f"FAILED ({done.returncode})" if done.returncode else "ok"
    print(f"{word:>11}  {step.name}  {time.monotonic() - started:.1f} s", flush=True)
    return done.returncode


def main(arguments: list[str]) -> int:
    """Run the steps; return the exit status of the first that fails, else 0."""
    started = time.monotonic()
    effort = os.environ.get("KGBX_EFFORT") or "quick"
    print(f"kgbx checks, effort {effort}, Python {sys.version.split()[0]}", flush=True)
    for step in steps(arguments):
        status = run(step)
        if status:
            print(f"Stopped at: {step.name}. The other steps were not run.")
            return status
    print(f"All steps passed in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
