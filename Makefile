# Two commands matter: `make demo` and `make test`. Each installs what it needs. Services are found by their folders.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check up down status logs new-service bench faults soak lock
VENV := .venv/bin
# Compiled tests are kept wherever this is run: without them each check compiles 350 files anew.
export PYTHONDONTWRITEBYTECODE :=

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: # makes .venv from requirements.lock; takes no time when nothing changed
	@deploy/local/setup.sh

demo: setup ## starts everything, plays a dealers' day, stays up until Ctrl-C (DEMO_EXIT=1: ends by itself)
	@$(VENV)/sevenstep demo

test: setup ## all tests on real Kafka and MongoDB and the quick course of faults, 40 minutes; ARGS="-k slot" for some
	@$(VENV)/pytest -m "not faults or course" $(ARGS)

check: setup ## what every commit must pass, in less than a minute: format, lint, types, fast tests
	@$(VENV)/ruff format --check --quiet . || { echo "Not formatted. Run: $(VENV)/ruff format ."; exit 1; }
	@$(VENV)/ruff check --quiet .
	@$(VENV)/pyrefly check --summary=none
	@$(VENV)/pytest -q -n 2 --hypothesis-profile=quick -m "not stack and not journey and not slow"

up: setup ## starts the stack in the background; ARGS="--clock manual --processes booking=2"
	@$(VENV)/sevenstep up $(ARGS)

down: setup ## stops the stack
	@$(VENV)/sevenstep down $(ARGS)

status: setup ## addresses, processes and health of the stack
	@$(VENV)/sevenstep status $(ARGS)

logs: setup ## last lines of the logs; ARGS="booking -f"
	@$(VENV)/sevenstep logs $(ARGS)

new-service: setup ## makes services/NAME from the template: make new-service NAME=parts
	@$(VENV)/sevenstep new-service "$(NAME)"
	@deploy/local/setup.sh
	@$(VENV)/python tests/contracts/snapshots.py --write >/dev/null

bench: setup ## what the platform costs beside its bare parts, 10 minutes; QUICK=1: 2 minutes; ARGS="--rows http"
	@$(VENV)/python -m bench $(if $(QUICK),--size quick) $(ARGS)

bench-growth: setup ## the same answers in networks of 10, 1,000 and 10,000 dealers, 20 minutes; QUICK=1: 2 minutes
	@$(VENV)/python -m bench.growth $(if $(QUICK),--size quick) $(ARGS)

faults: setup ## the fault matrix on three brokers and three members and all planted bugs, an hour; QUICK=1: 20 minutes
	@$(if $(QUICK),true,$(VENV)/python tests/faults/run_all.py matrix $(ARGS))
	@$(if $(QUICK),,FAULTS=all) $(VENV)/pytest -m faults tests/faults

soak: setup ## pairs of faults by chance: make soak SEED=7 MINUTES=10
	@$(VENV)/python tests/faults/run_all.py soak --seed $(or $(SEED),1) --minutes $(or $(MINUTES),10)

lock: setup ## re-makes requirements.lock from all pyproject.toml files
	@deploy/local/lock.sh
