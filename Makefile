# Every command of the project. The first two are all that a newcomer needs:
#   make demo    install, generate people, run everything on them, serve the result
#   make test    install what developers need, check everything, run all tests
.DEFAULT_GOAL := help
.PHONY: help demo test check lint types contracts neo4j postgresql lock clean

PYTHON ?= python3
PEOPLE ?= 20000
SEED ?= 1
# Where the demo lives; another plan of people or seed needs another folder.
WORKSPACE ?= demo
PORT ?= 8000
BIN := .venv/bin

help:
	@sed -n 's/^#   //p' Makefile

demo: .venv/.ready
	@# Ctrl-C is how serving ends, not a failure.
	@$(BIN)/identigraph demo --people $(PEOPLE) --seed $(SEED) --workspace $(WORKSPACE) \
		--port $(PORT) || [ $$? -eq 130 ]

test: lint types contracts neo4j postgresql
	$(BIN)/pytest -n 2 --dist worksteal

#   make check   what a commit must pass: lint, format, types, contracts, tests of parts
check: lint types contracts neo4j
	$(BIN)/pytest -n 2 --dist worksteal tests/architecture tests/unit tests/contract \
		--ignore=tests/unit/pipeline

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.ready-dev
	$(BIN)/mypy

contracts: .venv/.ready-dev
	$(BIN)/lint-imports --no-logo

#   make neo4j   fetch the Neo4j server that tests run against: its published parts, by Maven
neo4j: .neo4j/.ready

# What is missing is named, never left out: a store that is not tested is not a store.
.neo4j/.ready: tests/neo4j_pom.xml
	@command -v java > /dev/null && command -v mvn > /dev/null || { \
		echo "tests need Java 17 and Maven: apt-get install openjdk-17-jre-headless maven"; exit 1; }
	@echo "Fetching a Neo4j server for tests into .neo4j (once; 115 MB) ..."
	@rm -rf .neo4j && mkdir .neo4j
	@mvn --quiet --batch-mode --file tests/neo4j_pom.xml dependency:copy-dependencies \
		-DincludeScope=runtime -DoutputDirectory=$(CURDIR)/.neo4j/lib
	@touch $@

# Tests of sources in PostgreSQL start a server of their own.
postgresql:
	@command -v initdb > /dev/null || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || { \
		echo "tests need PostgreSQL: apt-get install postgresql"; exit 1; }

# Only what the locks name is installed, each file checked by its hash; nothing else is fetched.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "venv is needed: apt-get install python3-venv"; exit 1; }

.venv/.ready: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing into .venv (once; a minute or so) ..."
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ready-dev: requirements-dev.lock .venv/.ready
	@echo "Installing what developers need ..."
	@$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@touch $@

#   make lock    settle the versions of all dependencies anew, none younger than a week
# No index, host or path is written into a lock: it says what, not from where.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --upgrade --python-version 3.11 \
	--exclude-newer "7 days" --generate-hashes --no-emit-index-url --no-header --no-annotate

lock: .venv/.ready-dev
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

#   make clean   remove what was installed and the tools' caches; workspaces stay
clean:
	rm -rf .venv .neo4j .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
