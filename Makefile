# Two commands matter: `make run` and `make test`. Everything they need is fetched from the package registries
# this machine is configured for; nothing is installed outside this folder and nobody needs root.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup dev assets run test lint bench faults lock clean

BIN := .venv/bin
JOBS ?= 2
export FLOWDESK_PORT ?= 8000

# A virtual environment does not survive being moved, so its stamps carry a checksum of where it stands.
PLACE := $(shell pwd | cksum | cut -d' ' -f1)
VENV := .venv/.made-$(PLACE)
DEFAULT := .venv/.default-$(PLACE)
DEV := .venv/.dev-$(PLACE)
NODE_MODULES := node_modules/.installed
DIST := app/web/static/dist/manifest.json
ASSET_SOURCES := $(shell find assets app \( -name static -o -name __pycache__ \) -prune -o -type f -print 2>/dev/null)

help:
	@echo "make run      set up, then serve Flowdesk at http://localhost:$(FLOWDESK_PORT)"
	@echo "make test     set up, then everything a commit must pass"
	@echo "make setup    make .venv and install the locked packages"
	@echo "make lint     ruff, mypy and the import ladder"
	@echo "make faults   the long fault tests: kill -9, restarts, stalled workers (FLOWDESK_FAULTS=0.02 for a taste)"
	@echo "make bench    the benchmarks"
	@echo "make assets   bundle the browser assets"
	@echo "make lock     resolve the locked packages again (UPGRADE=--upgrade for newer ones)"
	@echo "make clean    remove what these commands made; var/ stays"

setup: $(DEFAULT)
	@echo "The packages are installed"

dev: $(DEV)
	@echo "The packages and the development tools are installed"

assets: $(DIST)
	@echo "The browser assets are built"

$(VENV):
	@make/venv.sh
	@touch $@

$(DEFAULT): $(VENV) requirements/default.txt pyproject.toml make/install.py
	@$(BIN)/python make/install.py requirements/default.txt
	@touch $@

# The development lock holds the default one, so its stamp stands for both.
$(DEV): $(VENV) requirements/dev.txt requirements/redis.txt pyproject.toml make/install.py
	@$(BIN)/python make/install.py requirements/dev.txt
	@$(BIN)/python make/install.py --redis requirements/redis.txt
	@touch $(DEFAULT) $@

$(NODE_MODULES): package.json package-lock.json .npmrc | $(VENV)
	@echo "Fetching the browser libraries"
	@PATH="$$(make/node.sh):$$PATH" npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(DIST): $(NODE_MODULES) $(ASSET_SOURCES)
	@echo "Bundling the browser assets"
	@PATH="$$(make/node.sh):$$PATH" node assets/build.mjs

run: export FLOWDESK_DEMO ?= 1
run: $(DEFAULT) $(DIST)
	@echo "Starting Flowdesk at http://localhost:$(FLOWDESK_PORT) (Ctrl-C stops it)"
	@exec $(BIN)/flowdesk up

lint: $(DEV)
	@echo "Checking style (ruff)"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@echo "Checking types (mypy --strict)"
	@$(BIN)/mypy --strict
	@echo "Checking the import ladder"
	@$(BIN)/lint-imports --no-logo

test: lint $(DIST)
	@echo "Running the tests"
	@$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

faults: $(DEV) $(DIST)
	@echo "Running the long tests, a share of their figures where FLOWDESK_FAULTS says so (1 = all, which takes hours)"
	@$(BIN)/pytest -m faults -p no:cacheprovider

bench: $(DEV) $(DIST)
	@echo "Running the benchmarks, fifteen minutes at most"
	@$(BIN)/python -m bench

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(UPGRADE)

lock: $(DEV)
	@echo "Resolving the development lock, which the others must agree with"
	@$(COMPILE) pyproject.toml requirements/build.in --extra prod --group dev -o requirements/dev.txt
	@echo "Resolving the default and production locks"
	@$(COMPILE) pyproject.toml requirements/build.in -c requirements/dev.txt -o requirements/default.txt
	@$(COMPILE) pyproject.toml requirements/build.in --extra prod -c requirements/dev.txt -o requirements/prod.txt
	@echo "Resolving the locks of the tools"
	@$(COMPILE) requirements/uv.in -o requirements/uv.txt
	@$(COMPILE) requirements/node.in -o requirements/node.txt
	@$(COMPILE) --no-deps requirements/redis.in -o requirements/redis.txt
	@echo "Resolving the lock of the browser libraries"
	@PATH="$$(make/node.sh):$$PATH" npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

clean:
	@echo "Removing .venv, .tools, node_modules, caches and bundles"
	@rm -rf .venv .tools node_modules app/web/static/dist build *.egg-info
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
