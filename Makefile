# make run · make test · make check · make bench.   PORT= and LINLI_DATABASE_URL= are honoured.

PORT   ?= 8000
PYTHON ?= python3
BIN    := .venv/bin
export PORT
# Compiled once and kept: every process of the tests begins sooner.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check bench lock clean \
        test-rules test-sqlite test-postgres test-journeys messages

# ---- run -------------------------------------------------------------------

run: .venv/runtime messages
	@$(BIN)/linli prepare
	@exec $(BIN)/linli serve --port $(PORT)

messages: .venv/runtime
	@if [ -f tools/messages.py ]; then $(BIN)/python -m tools.messages compile; fi

# ---- test ------------------------------------------------------------------
# Rules and SQLite in one run, then the database suite on PostgreSQL, then the journeys.

PYTEST   := $(BIN)/python -m pytest -q
BOTH     := -n 2 --dist worksteal
DATABASE := $(filter-out tests/journeys tests/tidy,$(patsubst %/,%,$(wildcard tests/*/)))

test: test-sqlite test-postgres test-journeys

test-sqlite: .venv/development messages
	env -u LINLI_DATABASE_URL $(PYTEST) $(BOTH) -m "not browser" --ignore=tests/journeys tests

test-postgres: .venv/development messages
	$(BIN)/python -m tools.postgres -- $(PYTEST) $(BOTH) -m "not browser" --only-database $(DATABASE)

test-journeys: .venv/development messages
	@if [ -d tests/journeys ]; then \
	  folder=$$(mktemp -d); \
	  env -u LINLI_DATABASE_URL LINLI_TEST_FILE=$$folder/journeys.sqlite3 DJANGO_ALLOW_ASYNC_UNSAFE=1 \
	    $(PYTEST) $(BOTH) tests/journeys; code=$$?; rm -rf $$folder; exit $$code; \
	fi

# ---- check and bench -------------------------------------------------------

check: .venv/development messages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict linli config tools
	$(BIN)/lint-imports
	$(BIN)/linli makemigrations --check --dry-run
	$(BIN)/python -m tools.messages check
	@for check in reference contrast pictures; do \
	  if [ -f tools/$$check.py ]; then echo "tools.$$check --check"; $(BIN)/python -m tools.$$check --check || exit 1; fi; \
	done
	env -u LINLI_DATABASE_URL LINLI_LONG=1 $(PYTEST) tests/safety/test_import_killed.py
	env -u LINLI_DATABASE_URL LINLI_FUZZ=100 $(PYTEST) $(BOTH) --hypothesis-seed=1 tests/safety/test_fuzz_api.py tests/safety/test_fuzz_forms.py

bench: .venv/development messages
	$(BIN)/python -m bench.run $(BENCH)

# ---- the environment -------------------------------------------------------

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Linli needs Python 3.11 or newer:  sudo apt-get install -y python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv is missing:  sudo apt-get install -y python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt pyproject.toml | .venv/bin/python
	@test -e .venv/development || { \
	  $(BIN)/python -m pip install --require-hashes -r requirements.txt && \
	  $(BIN)/python -m pip install -q --no-build-isolation --no-deps -e . ; }
	@touch $@

.venv/development: requirements-dev.txt pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install -q --no-build-isolation --no-deps -e .
	@touch $@ .venv/runtime

# Write both requirements files anew, newest versions, hashes and no addresses. Needs uv.
UV   := uv pip compile --universal --python-version 3.11 --fork-strategy fewest --upgrade \
        --generate-hashes --no-header
lock:
	echo setuptools | $(UV) pyproject.toml - -o requirements.txt
	echo setuptools | $(UV) --extra dev pyproject.toml - -o requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache linli.egg-info
