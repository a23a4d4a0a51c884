# SPDX-License-Identifier: EUPL-1.2
# Two commands for a newcomer: `make demo` and `make test`. What is needed: Python >= 3.11, git and make.
# PYTHON=/path/to/python chooses the interpreter; KGBX_EFFORT=quick|ci|long chooses how much `make test` tries.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
CHOOSE := python3.14 python3.13 python3.12 python3.11 python3 python
KGBX_EFFORT ?= quick
MUTANTS ?= 60
SEED ?= 0

export KGBX_EFFORT
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What the surroundings set for their own Python must not decide what is imported here.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS PYTEST_ADDOPTS PYTEST_PLUGINS VIRTUAL_ENV COVERAGE_FILE

.PHONY: help demo test test-long coverage bench mutants fix clean

help: ## show this list
	@echo 'kgbx: make <target>'
	@sed -n 's/^\([a-z-]*\):.*## /  \1|/p' Makefile | while IFS='|' read -r name text; do \
	  printf '  %-10s %s\n' $$name "$$text"; done
	@echo 'Settings: PYTHON=<python 3.11 or newer>  KGBX_EFFORT=quick|ci|long (make test)  MUTANTS=<n> SEED=<n> (make mutants)'

demo: $(VENV)/.demo-installed ## install what the demonstration needs, and pass a made-up family on
	@$(PY) -m kgbx demo

test: $(VENV)/.dev-installed ## install what is needed, and run every check and test (<= 5 minutes on 2 cores)
	@$(PY) tools/run_checks.py

test-long: $(VENV)/.dev-installed ## as test, with the long searches and fresh randomness
	@KGBX_EFFORT=long $(PY) tools/run_checks.py

coverage: $(VENV)/.dev-installed ## which lines of kgbx do the tests not run?
	@$(PY) tools/run_checks.py --coverage

bench: $(VENV)/.dev-installed ## measure: ratios to the bare primitives, on this machine
	@$(PY) -m bench

mutants: $(VENV)/.dev-installed ## break what decides in MUTANTS=60 ways (0: all), SEED=0; do the tests notice?
	@$(PY) -m tools.mutate --sample $(MUTANTS) --seed $(SEED)

fix: $(VENV)/.dev-installed ## format, repair what can be repaired, regenerate what is generated
	@$(PY) -m ruff check --quiet --fix . || true
	@$(PY) -m ruff format --quiet .
	@$(PY) tools/run_checks.py --write

clean: ## remove the virtual environment and everything that was made
	@rm -rf $(VENV) build dist demo htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache \
	  .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@found=''; \
	for one in $(or $(PYTHON),$(CHOOSE)); do \
	  if "$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 </dev/null; then \
	    found=$$one; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'kgbx needs Python 3.11 or newer; tried: $(or $(PYTHON),$(CHOOSE)).' >&2; \
	  echo 'Install one (e.g. apt install python3.11 python3.11-venv), or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3' >&2; \
	  exit 2; fi; \
	if ! "$$found" -c 'import venv, ensurepip' >/dev/null 2>&1 </dev/null; then \
	  echo "$$found has no venv module: install it (e.g. apt install python3-venv), or name another Python: make PYTHON=/path/to/python3" >&2; \
	  exit 2; fi; \
	echo "Virtual environment $(VENV), with $$("$$found" --version)"; \
	"$$found" -m venv --clear $(VENV) </dev/null

$(VENV)/.demo-installed: pyproject.toml | $(PY)
	@echo 'Installing kgbx'
	@$(PY) -m pip install -qq --no-input -e '.[delivery]' </dev/null
	@touch $@

$(VENV)/.dev-installed: pyproject.toml | $(PY)
	@echo 'Installing kgbx and what its checks need'
	@$(PY) -m pip install -qq --no-input -e '.[dev]' </dev/null
	@touch $(VENV)/.demo-installed $@
