# One entry for people and for CI. `make run` and `make test` need nothing but
# Python >= 3.11 with venv; everything else comes from requirements.lock.
PYTHON ?= python3
PYTEST_ARGS ?=
# a module's tests stay in one process: they share what it set up
JOBS   ?= auto
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
STAMP  := $(VENV)/.installed
LINKED := $(VENV)/.linked

# Where it is set, each of the hundreds of Python processes of the tests would compile
# all of our modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help venv run test test-long lint types docs bench lock wheel clean

help:  ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(STAMP) $(LINKED)  ## create .venv from the lock, nothing else

$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Claimwatch needs Python >= 3.11; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

# an edit of pyproject.toml renews our own entry points, a second's work
$(LINKED): pyproject.toml $(STAMP)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

run: venv  ## start the daemon in the foreground (quick start)
	@test -f config/claimwatch.toml || cp config/quickstart.toml config/claimwatch.toml
	@exec $(BIN)/claimwatch run --config config/claimwatch.toml

test: venv  ## the test suite (<= 5 minutes)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

test-long: venv  ## soak, kills, scale (<= 30 minutes)
	$(BIN)/python -m pytest -m "long and not alone" --timeout 900 \
	  -n $(JOBS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)
	$(BIN)/python -m pytest -m "long and alone" --timeout 900 $(PYTEST_ARGS)

lint: venv  ## ruff: format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: venv  ## mypy --strict
	$(BIN)/mypy

docs: venv  ## check that docs, help and config agree with the code
	$(BIN)/python -m pytest -q tests/test_docs.py tests/test_project_docs.py tests/test_config_docs.py

bench: venv  ## benchmarks: ratios to a peer or a limit in the same run, and their table
	@rm -f .bench-table
	@for f in benchmarks/bench_*.py; do echo "== $$f"; \
	  BENCH_TABLE=.bench-table $(BIN)/python $$f || echo "did not end well: $$f" >> .bench-table; done
	@echo "== all"; cat .bench-table; rm -f .bench-table

lock:  ## renew requirements.lock (needs uv on PATH or UV=...)
	$(or $(UV),uv) pip compile --universal --python-version 3.11 --extra review --extra dev --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --output-file requirements.lock pyproject.toml

wheel: venv  ## build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

clean:  ## remove what the targets above made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
