# Everything here needs nothing but Python 3.11 or newer and make.
#
#   make demo [PORT=18080] [OPTIONS="--data DIR --crm-latency 50 --empty --with-trouble"]
#   make test
#   make soak MINUTES=60

PYTHON ?= python3
PORT ?= 8080
MINUTES ?= 3
OPTIONS ?=
SEEDS ?= 10000
FIRST ?= 0
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
CATALOGUES := bridge/language/catalogues

# Images of Python set it; then each of the tests' many processes would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test lint format docs catalogues bench simulate soak dist lock audit \
    venv clean

help:
	@echo "make demo [PORT=18080]  try the bridge, with a CRM to play with"
	@echo "make test               run everything that has to pass"
	@echo "make lint               only what takes seconds"
	@echo "make docs               build the documentation into docs/_build"
	@echo "make simulate           play SEEDS=10000 schedules of the redeem kernel"
	@echo "make soak               run what a shop runs under constant trouble: MINUTES=3"
	@echo "make catalogues         collect what is said, and compile the languages"
	@echo "make bench              measure what the bridge costs: nine minutes"
	@echo "make dist               build wheel, source archive and bill of materials into dist"
	@echo "make lock               write requirements.lock anew: all versions, with hashes"
	@echo "make audit              ask PyPI for known holes in what is locked"
	@echo "make venv               install what development needs into $(VENV)"
	@echo "make clean              remove $(VENV) and caches"

demo: $(VENV)/demo
	@exec $(BIN)/sitoo-bridge demo --port $(PORT) $(OPTIONS)

test: lint
	$(PYTEST) --numprocesses logical --maxprocesses 4

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

simulate: $(VENV)/dev
	@$(BIN)/python -m tests.simulation --first $(FIRST) --seeds $(SEEDS)

soak: $(VENV)/dev
	@$(BIN)/python -m tests.soak --minutes $(MINUTES)

# Whatever is said anew is added to every language, empty: write it, then run this again.
catalogues: $(VENV)/dev
	PYTHONPATH=docs $(BIN)/pybabel -q extract -F babel.cfg -k say -k count:1,2 --no-wrap --omit-header \
	    --sort-output --add-location=never -o $(CATALOGUES)/bridge.pot .
	for language in sv nb da fi de; do \
	    $(BIN)/pybabel -q update -D bridge -i $(CATALOGUES)/bridge.pot -d $(CATALOGUES) \
	        -l $$language --no-fuzzy-matching --ignore-obsolete --no-wrap; \
	done
	$(BIN)/pybabel -q compile --use-fuzzy -D bridge -d $(CATALOGUES)

bench: $(VENV)/bench .cache/node-red
	@$(BIN)/python -m bench $(PARTS)

# Without isolation: what builds is what the tests have used.  The bill of materials
# (CycloneDX) says what is installed with it, where that is from, and its hashes.
dist: $(VENV)/dev
	@rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	$(BIN)/cyclonedx-py requirements requirements.lock --output-reproducible --of JSON \
	    -o dist/sitoo-crm-bridge.cdx.json
	@ls dist

# `pip install --require-hashes -r requirements.lock` installs the same everywhere.
lock: $(VENV)/release
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/python -m piptools compile --quiet --upgrade \
	    --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links \
	    --output-file requirements.lock setup.cfg

audit: $(VENV)/release
	@$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes \
	    -r requirements.lock || { echo "Above stand the holes that are known, or why that" \
	    "cannot be told: only pypi.org itself knows of holes.  A mirror calls every package" \
	    "\"not found\": ask from where pypi.org is reached." >&2; exit 1; }

venv: $(VENV)/dev

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache build dist *.egg-info

# The stamps are younger than setup.cfg when everything it asks for is there.

$(VENV)/demo: setup.cfg | $(VENV)/python
	$(call install,embedded)

$(VENV)/dev: setup.cfg | $(VENV)/python
	$(call install,dev,--no-compile)
	@touch $(VENV)/demo

$(VENV)/release: setup.cfg | $(VENV)/python
	$(call install,release)

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
