# Everything here needs nothing but Python 3.11 or newer and make.
#
#   make demo [PORT=18080] [OPTIONS="--data DIR --crm-latency 50 --empty"]
#   make test

PYTHON ?= python3
PORT ?= 8080
OPTIONS ?=
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint format docs bench venv clean

help:
	@echo "make demo [PORT=18080]  try the bridge, with a CRM to play with"
	@echo "make test               run everything that has to pass"
	@echo "make lint               only what takes seconds"
	@echo "make docs               build the documentation into docs/_build"
	@echo "make bench              measure what the bridge costs: nine minutes"
	@echo "make venv               install what development needs into $(VENV)"
	@echo "make clean              remove $(VENV) and caches"

demo: $(VENV)/demo
	@exec $(BIN)/sitoo-bridge demo --port $(PORT) $(OPTIONS)

test: lint
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4

lint: $(VENV)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/dev
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build
	@echo "Open docs/_build/index.html"

bench: $(VENV)/bench .cache/node-red
	@$(BIN)/python -m bench $(PARTS)

venv: $(VENV)/dev

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache build dist *.egg-info

# The stamps are younger than setup.cfg when everything it asks for is there.

$(VENV)/demo: setup.cfg | $(VENV)/python
	$(call install,embedded)

$(VENV)/dev: setup.cfg | $(VENV)/python
	$(call install,dev,--no-compile)
	@touch $(VENV)/demo

$(VENV)/bench: setup.cfg | $(VENV)/python
	$(call install,bench)

# Without npm, the bench leaves Node-RED out and says so.
.cache/node-red:
	@if command -v npm >/dev/null; then \
	    npm install --silent --no-audit --no-fund --prefix $@ node-red; fi

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "The bridge needs Python 3.11 or newer; this is `$(PYTHON) --version 2>&1`." \
	         "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	    echo "Python's venv is missing: on Debian, install python3-venv." >&2; exit 1; }
	@touch $@

# What the demo needs is compiled, to start at once; of the rest only what is used is.
define install
@echo "Installing what is needed into $(VENV) ..."
@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(2) \
    --editable '.[$(1)]' || { \
    echo "Installing failed. If the messages above speak of connections: PyPI cannot" \
         "be reached from here; set up a proxy or a mirror for pip." >&2; exit 1; }
@touch $@
endef
