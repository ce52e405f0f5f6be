# Sari's commands. Each sets up what it needs: a fresh Debian or Ubuntu with Python 3.11 or newer and make will do.
# The set-up itself stands in tools/setup.sh.

PY := .venv/bin/python
LOCK := $(PY) -m uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-browser lint format bench lock clean runtime dev

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

demo: runtime ## Run the bot with a Telegram of its own in the browser; no account, no token
	@$(PY) -m bot demo

test: dev ## Run the tests (all but those in the browser), with coverage
	@$(PY) -m pytest -m "not browser" -n logical --maxprocesses 8 --cov --cov-report term

test-browser: dev ## Run the tests that drive the chat page in Debian's Chromium
	@sh tools/setup.sh chromium
	@$(PY) -m pytest -m browser

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

# uv looks for packages where UV_… variables say; it does not read the configuration of pip.
lock: dev ## Write the lock files anew; make lock NEWER=--upgrade takes the newest versions
	@$(PY) -m pip install -qq --disable-pip-version-check uv
	@$(LOCK) $(NEWER) --group dev pyproject.toml -o requirements-dev.lock
	@$(LOCK) -c requirements-dev.lock pyproject.toml -o requirements.lock
	@printf 'hatchling\neditables\n' | $(LOCK) -c requirements-dev.lock - -o requirements-build.lock

clean: ## Remove what these commands have made (.venv and caches; never a database)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@sh tools/setup.sh runtime

dev:
	@sh tools/setup.sh dev
