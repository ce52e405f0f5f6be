# Sari's commands. Each sets up what it needs: a fresh Debian or Ubuntu with Python 3.11 or newer and make will do.
# The set-up itself stands in tools/setup.sh.

PY := .venv/bin/python
LOCK := $(PY) -m uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-browser test-neural fuzz faults lint format bench bench-summaries train lock clean runtime dev neural

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

demo: runtime ## Run the bot with a Telegram of its own in the browser, without an account; make demo ARGS="--port 8090"
	@$(PY) -m bot demo $(ARGS)

test: dev ## Run the tests (but those of the browser and of neural models), with coverage
	@$(PY) -m pytest -m "not browser and not neural" --ignore tests/neural -n logical --maxprocesses 8 --cov --cov-report term

test-browser: dev ## Run the tests that drive the chat page in Debian's Chromium
	@sh tools/setup.sh chromium
	@$(PY) -m pytest -m browser

test-neural: dev neural ## Run the tests of engines on torch and transformers, with small models that they make
	@$(PY) -m pytest -m neural

FUZZ_SECONDS = 60
fuzz: dev ## Search for documents that break the parsers of feeds and pages, a minute each; make fuzz FUZZ_SECONDS=600
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --only-binary :all: -r requirements-fuzz.lock || \
		echo "make fuzz: no atheris for this machine"
	@$(PY) -m tests.fuzz feed --seconds $(FUZZ_SECONDS)
	@$(PY) -m tests.fuzz page --seconds $(FUZZ_SECONDS)

READERS = 5000
KILLS = 50
faults: dev ## Prove that nothing is lost and nothing doubled, whatever fails; make faults READERS=500 KILLS=10 ARGS="--seed 5"
	@$(PY) -m tests.faults --readers $(READERS) --kills $(KILLS) $(ARGS)

lint: dev ## Check style, types and who imports whom
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

format: dev ## Put the code into shape
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: dev ## Measure the figures that docs/ quotes, and print them as a table
	@$(PY) -m tests.bench

bench-summaries: dev ## Measure the summaries as docs/summaries.md does; make bench-summaries ARGS="--only dev --write"
	@$(PY) -m tests.bench.summaries $(ARGS)

neural: runtime ## Add torch and transformers, for SARI_SUMMARIZER=transformers:MODEL and for training
	@sh tools/setup.sh neural

SHARED = ../shared
train: neural ## Train the default engine anew, into build/model (half an hour on two cores; needs ../shared)
	@$(PY) -m summarizer.training ship --data $(SHARED)/data/indosum/train.jsonl --check $(SHARED)/data/indosum/dev.jsonl \
		--encoder $(SHARED)/model/e5-small-id --output build/model

# uv looks for packages where UV_… variables say; it does not read the configuration of pip.
lock: dev ## Write the lock files anew; make lock NEWER=--upgrade takes the newest versions
	@$(PY) -m pip install -qq --disable-pip-version-check uv
	@$(LOCK) $(NEWER) --group dev pyproject.toml -o requirements-dev.lock
	@$(LOCK) -c requirements-dev.lock pyproject.toml -o requirements.lock
	@$(LOCK) -c requirements-dev.lock --extra postgres pyproject.toml -o requirements-postgres.lock
	@printf 'torch\n' | $(LOCK) --excludes - -c requirements-dev.lock --extra neural pyproject.toml -o requirements-neural.lock
	@$(LOCK) --group fuzz -o requirements-fuzz.lock
	@printf 'hatchling\neditables\n' | $(LOCK) -c requirements-dev.lock - -o requirements-build.lock

clean: ## Remove what these commands have made (.venv and caches; never a database)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@sh tools/setup.sh runtime

dev:
	@sh tools/setup.sh dev
