# Run `make run` to try the app, `make test` to check it. Both do their own set-up.
SHELL := /bin/bash
PY := .venv/bin/python
PORT ?= 8000
# Python keeps what it compiled: otherwise each process of a test run compiles the whole app again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup setup-dev setup-test test check soak bench lint lock shots

setup: .venv/.ready
.venv/.ready: requirements.txt pyproject.toml deploy/setup.sh
	@deploy/setup.sh runtime

setup-dev: .venv/.ready-dev
.venv/.ready-dev: requirements-dev.txt pyproject.toml deploy/setup.sh
	@deploy/setup.sh dev

setup-test: setup-dev
	@deploy/setup.sh test-system

run: setup
	@$(PY) -m sjj serve --demo --port $(PORT)

lint: setup-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

check: setup-dev lint
	.venv/bin/pytest -q -n 2 --dist worksteal -m "not e2e and not slow and not soak and not postgresql" tests

test: setup-test lint
	.venv/bin/pytest -q -n 3 --dist worksteal -m "not soak" tests

soak: setup-test
	.venv/bin/pytest -q -m soak tests

bench: setup-test
	$(PY) -m tests.bench

lock:
	deploy/lock.sh

shots: setup-test
	$(PY) -m tests.shots
