# Needs Python 3.11 or later and make; everything else is fetched into .venv.
PYTHON ?= $(or $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done),python3)
PY := .venv/bin/python
STAMP := .venv/.installed
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix docs bench

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## create .venv and install what is pinned

$(STAMP): pyproject.toml constraints.txt scripts/make_venv.py
	@$(PYTHON) scripts/make_venv.py dev
	@touch $(STAMP)

demo: setup  ## a Luohu to walk through, on http://127.0.0.1:8000 (DEMO_PORT=...)
	@$(PY) -m scripts.run_demo

test: setup  ## checks, then the suite on SQLite and on PostgreSQL (ARGS="tests/core -k money")
	@$(PY) -m scripts.run_tests $(ARGS)

check: setup  ## lint, layers, migrations, deployment settings: no tests
	@$(PY) -m scripts.check

fix: setup  ## what the linter can mend by itself
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

docs: setup  ## write the generated pages of docs/ anew
	@$(PY) manage.py build_docs

bench: setup  ## run benchmarks/
	@$(PYTHON) scripts/make_venv.py dev bench
	@$(PY) -m scripts.run_benchmarks
