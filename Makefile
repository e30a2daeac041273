# `make help` lists the targets; each makes .venv when it is missing.
PYTHON ?= $(firstword $(foreach p,python3 python3.11 python3.12 python3.13 python3.14,\
	$(if $(shell $(p) -c 'import sys; print("ok" * (sys.version_info >= (3, 11)))' 2>/dev/null),$(p))))
BIN := .venv/bin
RUN := .venv/.installed
DEV := .venv/.installed-for-tests

.DEFAULT_GOAL := help
.PHONY: help run serve worker test test-long check bench migration catalogues

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  \1|/' | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

run: $(RUN) ## start the platform with demo data: web server and worker, Ctrl-C stops both
	@$(BIN)/python tools/run.py

serve: $(RUN) ## start for production (gunicorn and worker); an unsafe or missing setting stops it
	@$(BIN)/python tools/serve.py

worker: $(RUN) ## start one more worker
	@$(BIN)/flask worker

test: $(DEV) ## everything but the long profiles: check, both databases, browser
	@$(BIN)/python tools/assets.py --tests
	@$(BIN)/python tools/check.py --code-only
	@$(BIN)/pytest -n 2 tests

test-long: $(DEV) ## the long profiles: most journeys; all strings; races; killed processes
	@$(BIN)/python tools/assets.py --tests
	@$(BIN)/pytest -n 2 --dist=worksteal -m long tests

check: $(DEV) ## the fast part: style, types, contracts, translations, unit tests and guards
	@$(BIN)/python tools/check.py

bench: $(DEV) ## seed, measure on both databases and print the table
	@$(BIN)/python tools/bench.py --write

migration: $(DEV) ## write the initial revision again from the models
	@$(BIN)/python tools/initial_migration.py

catalogues: $(DEV) ## collect the words of every room into its catalogue, and compile
	@$(BIN)/python tools/catalogues.py extract
	@$(BIN)/python tools/catalogues.py compile

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "python3 could not make .venv; on Debian and Ubuntu the package python3-venv is missing."; exit 1; }

$(RUN): requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the platform needs (about a minute, once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	@echo "Installing what the tests need ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
