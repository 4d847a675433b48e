# Farthing. `make demo` runs the bank, `make test` tests it; both set up what they need first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-face test-spark check bench docs setup lock clean

VENV := .venv/bin
SETUP := tools/setup.sh pyproject.toml

help:  ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/.ready-runtime: requirements.lock $(SETUP)
	@tools/setup.sh runtime

.venv/.ready-tests: requirements-dev.lock requirements.lock $(SETUP)
	@tools/setup.sh tests

.venv/.ready-face: requirements-face.lock .venv/.ready-tests
	@tools/setup.sh face

.venv/.ready-spark: requirements-spark.lock .venv/.ready-tests
	@tools/setup.sh spark

demo: .venv/.ready-runtime  ## Run the bank on the seeded world, or on real data: DATA=path (SERVE=0 ends after the result)
	@$(VENV)/farthing demo $(if $(DATA),--data "$(DATA)") $(if $(filter 0,$(SERVE)),--no-serve)

test: .venv/.ready-tests  ## Run every test (ARGS="tests/ledger -k waterfall" runs a part)
	@$(VENV)/pytest -n 3 --dist worksteal $(ARGS)

test-face: .venv/.ready-face  ## Compare faces with the models of the extra: fetches 100 MB
	@$(VENV)/pytest -n 0 tests/face $(ARGS)

test-spark: .venv/.ready-spark  ## Compare the features of a local Spark cluster with those of polars: minutes, needs Java
	@$(VENV)/pytest -n 0 tests/spark $(ARGS)

check: .venv/.ready-tests  ## Format, lint, types, imports, locks and docs
	@echo "format";  $(VENV)/ruff format --check --quiet . || { echo "Run: $(VENV)/ruff format ."; exit 1; }
	@echo "lint";    $(VENV)/ruff check --quiet .
	@echo "types";   $(VENV)/mypy --no-error-summary
	@echo "imports"; found=$$($(VENV)/lint-imports --no-logo) || { echo "$$found"; exit 1; }
	@echo "locks";   $(VENV)/python tools/locks.py
	@echo "docs";    NO_MKDOCS_2_WARNING=1 $(VENV)/mkdocs build --strict --quiet --site-dir "$$(mktemp -d)"
	@echo "All checks passed."

bench: .venv/.ready-tests  ## Measure the bank: ONLY=prefix runs a part, FULL=1 the long ones, FORMAT=json for machines
	@$(VENV)/python -m bench

docs: .venv/.ready-tests  ## Serve the documentation on a local port
	@NO_MKDOCS_2_WARNING=1 $(VENV)/mkdocs serve

setup: .venv/.ready-runtime .venv/.ready-tests  ## Set up for running and testing

lock:  ## Make both locks anew from pyproject.toml (needs uv)
	@tools/lock.sh

clean:  ## Remove what was built; the bank's data in .farthing stays
	rm -rf .venv build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
