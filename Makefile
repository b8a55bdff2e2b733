# `make help` lists everything. Only Python >= 3.11, git and make are needed to begin.

.DEFAULT_GOAL := help
.PHONY: help run test quick lint fix lock migrate seed worker bench soak month mutants clean

FLASK := .venv/bin/flask --app wsgi
PYTEST := .venv/bin/python -m pytest
RUN_READY := .venv/ready-run
DEV_READY := .venv/ready-dev

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(RUN_READY) ## start the shop with its worker on http://127.0.0.1:8000 (HOST, PORT)
	@exec $(FLASK) serve

test: ## everything: lint, types, all tests on SQLite and PostgreSQL, browser included
	@tools/test.sh

quick: $(DEV_READY) ## unit tests only, on SQLite
	@TEST_DATABASE=sqlite $(PYTEST) -q --ignore=tests/browser \
		-m "not browser and not race and not services"

lint: $(DEV_READY) ## ruff and mypy, changing nothing
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

fix: $(DEV_READY) ## let ruff repair and format the code
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

lock: $(DEV_READY) ## write the lock files anew after a change of requirements*.txt
	@tools/lock.sh

migrate: $(RUN_READY) ## bring the database to the newest schema
	@$(FLASK) db upgrade

seed: $(RUN_READY) ## fill the database with the demo market
	@$(FLASK) seed

worker: $(RUN_READY) ## run the background worker alone
	@exec $(FLASK) worker

bench: $(DEV_READY) ## measure speed and memory on PostgreSQL; prints the table
	@.venv/bin/python -m bench

month: $(DEV_READY) ## live a month of 10,000 orders, and look for every rupiah of it
	@.venv/bin/python -m bench.month

mutants: $(DEV_READY) ## change the rules of money a little, and see which changes no test notices
	@.venv/bin/python -m bench.mutants

soak: $(DEV_READY) ## try for hours to lose money or an order, by crashes, kills and rushes
	@.venv/bin/python -m bench.soak

clean: ## remove caches and the environment; instance/ (your data) stays
	@rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.lock tools/environment.sh
	@tools/environment.sh requirements.lock $@

$(DEV_READY): requirements-dev.lock tools/environment.sh
	@tools/environment.sh requirements-dev.lock $@
