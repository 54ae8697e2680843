# Every task of the house. `make demo` and `make test` need python3 (>= 3.11) and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
JOBS   ?= 2

.PHONY: help demo test check chain go-client format bench pages clean
.DEFAULT_GOAL := help

help:  ## list every task
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("python3 >= 3.11 is needed, found " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) -e '.[bim]'
	@touch $@

$(VENV)/.all: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) -e '.[bim,cluster,dev]'
	@touch $@ $(VENV)/.core

demo: $(VENV)/.core  ## set up, make the sample region, evaluate it, say where the reports lie
	$(BIN)/python -m samples.demo demo

test: check  ## every check and every test; what CI runs
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

check: $(VENV)/.all  ## format, lint, floors, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

chain: $(VENV)/.all  ## the contract and sink of anchors on eth-tester and py-evm, which it installs
	$(PIP) -e '.[chain,evm]'
	mkdir -p $(VENV)/chain && $(BIN)/python -m tests.ledger.chain_drill $$(mktemp -d -p $(VENV)/chain)

go-client: $(VENV)/.all  ## Go (golang-go, golang-golang-x-mod-dev) reads logs of ours, or of STORE, and we read its; not in CI
	mkdir -p $(VENV)/go && $(BIN)/python -m tests.against.go_client $$(mktemp -d -p $(VENV)/go) $(STORE)

format: $(VENV)/.all  ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.all  ## benchmarks: tables with ratios, both sides in one run
	$(BIN)/python -m benchmarks

pages: $(VENV)/.core  ## make docs/glossary.md and docs/articles.md from the rulebook
	$(BIN)/python -m qingzhu.rulebook.pages docs

clean:  ## remove the environment and what the demo made
	rm -rf $(VENV) demo
