# Truceline. On a fresh machine with python3 (>= 3.11) and venv:  make demo   |   make test

PYTHON ?= python3
UV_VERSION := 0.13.9
SUITE ?= thread

BIN := .venv/bin
UV := .tools/uv/bin/uv
UV_STAMP := .tools/uv/.uv-$(UV_VERSION)
SETUP_STAMP := .venv/.setup
PACKAGES_STAMP := .tools/.packages

# Never fetch an interpreter: the one that runs here is the one that is used.
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export UV_LINK_MODE := copy
# The machine's own certificates where it has them, as pip uses them: a mission's proxy signs with its own.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= 1
endif

.DELETE_ON_ERROR:
.PHONY: help demo test setup format lint types contracts pytest docs readme reach peers bench-accuracy locks clean

help: ## List these targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: $(SETUP_STAMP) ## The main job on the simulated model incident: footage in, a checked pack out.
	@$(BIN)/truceline demo

test: setup ## Every gate: format, lint, types, import contracts, documentation, tests, coverage.
	@$(MAKE) --no-print-directory lint types contracts pytest

setup: $(SETUP_STAMP) $(PACKAGES_STAMP) ## Everything that demo and test need; instant when nothing changed.

format: $(SETUP_STAMP) ## Rewrite the code in the one format.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --select I --fix --quiet .

lint: $(SETUP_STAMP) ## Formatter and linter.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(SETUP_STAMP) ## Strict types.
	@$(BIN)/mypy

contracts: $(SETUP_STAMP) ## Who may import whom.
	@$(BIN)/lint-imports --no-logo

pytest: $(SETUP_STAMP) ## Tests in random order, a file at a time on every core, with the coverage floor.
	@$(BIN)/python -m pytest --cov --cov-report=term --numprocesses=auto --dist=loadfile

docs: $(SETUP_STAMP) ## Rewrite the pages that are made from the code.
	@$(BIN)/python -m tests.docs.generate_cli
	@$(BIN)/python -m tests.docs.generate_events

readme: $(SETUP_STAMP) ## Run the demonstration, and put its lines and its picture into the README.
	@$(BIN)/python -m tests.docs.generate_demo

reach: $(SETUP_STAMP) $(if $(filter core,$(SUITE)),peers) ## Measure the figures of a suite: make reach SUITE=thread
	@PYTHONPATH=. $(BIN)/python -m bench.reach $(SUITE)

bench-accuracy: $(SETUP_STAMP) peers ## Our trackers and the peers on the same detections, one table.
	@PYTHONPATH=. $(BIN)/python -m bench.accuracy

# ---------------------------------------------------------------- set-up

$(UV_STAMP): locks/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Truceline needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Name another: make PYTHON=...")'
	@test -x .tools/uv/bin/python || $(PYTHON) -m venv .tools/uv
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.lock
	@touch $@

$(SETUP_STAMP): $(UV_STAMP) pyproject.toml locks/station.lock
	@test -x $(BIN)/python || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python locks/station.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@echo 'Compiling the kernels of measuring and of simulating, once: about a minute and a half.'
	@$(BIN)/python -m truceline.pipeline.warm
	@touch $@

$(PACKAGES_STAMP): .ci/packages
	@mkdir -p $(@D)
	@.ci/packages
	@touch $@

# Trackers of others, each library in its own environment, so that the product's stays its own.
peers: .tools/peers/trackers/.setup .tools/peers/norfair/.setup ## The environments of the peers, from their locks.

.tools/peers/%/.setup: locks/peers-%.lock | $(SETUP_STAMP)
	@$(UV) venv --quiet --clear --python "$$($(BIN)/python -c 'import sys; print(sys.executable)')" $(@D)
	@$(UV) pip sync --quiet --require-hashes --python $(@D)/bin/python $<
	@touch $@

# ---------------------------------------------------------------- upkeep

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

locks: $(UV_STAMP) ## Renew the locks after a change of dependencies (LOCK_FLAGS=--upgrade for newer versions).
	@$(COMPILE) $(LOCK_FLAGS) pyproject.toml --extra station --group dev -o locks/station.lock
	@$(COMPILE) $(LOCK_FLAGS) pyproject.toml -c locks/station.lock -o locks/base.lock
	@echo 'uv==$(UV_VERSION)' | $(COMPILE) - -o locks/uv.lock
	@printf 'trackers>=2.5\nstonesoup>=1.9\n' | $(COMPILE) $(LOCK_FLAGS) - -o locks/peers-trackers.lock
	@echo 'norfair==2.1.1' | $(COMPILE) $(LOCK_FLAGS) - -o locks/peers-norfair.lock
	@! grep -n http locks/*.lock

clean: ## Remove what was made, and keep the set-up.
	@rm -rf out demo-out .reach-cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
