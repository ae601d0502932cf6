# Odekake: two commands do everything.
#   make run            set up, load the sample city, plan its demo day, serve the desk on http://127.0.0.1:8000
#   make run ONCE=1     the same without serving
#   make test           set up and run the whole test suite (make check included)
#   make soak           1,000 random days at the desk (DAYS=n); goes on where it was interrupted
#   make chaos          kill -9 of the server under load, 100 times (KILLS=n)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
ONCE ?=
DAYS ?= 1000
KILLS ?= 100

# Byte code is kept where this variable forbids it, too: every process would else compile all that it imports anew,
# which takes a server longer than everything else it does at its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test soak chaos check fix pins screenshots wheel clean help

help:
	@sed -n '2,6s/^# *//p' Makefile

run: $(READY)
	@$(BIN)/python -m sample_data.load
	@if [ -z "$(ONCE)" ]; then exec $(BIN)/odekake serve; fi

# The checks run beside the compiling of the kernels, which takes two processes, and then beside the tests: whatever they
# left to be done alone at the end kept one core and let the other idle. They are nicer than both, are told of after the
# tests, and either failing fails the target.
test: $(READY)
	@nice -n 5 $(MAKE) --no-print-directory check >$(VENV)/check.log 2>&1 & checking=$$!; \
	  trap 'kill $$checking 2>/dev/null; exit 130' INT TERM; \
	  $(BIN)/python -c 'from solver.warm_up import warm_up; warm_up()' && \
	  $(BIN)/python -m pytest -n auto --dist worksteal --ignore=tests/house; tested=$$?; \
	  wait $$checking; checked=$$?; cat $(VENV)/check.log; exit $$((tested | checked))

soak: $(READY)
	@$(BIN)/python -m benchmarks soak --days $(DAYS) --resume var/soak.txt

chaos: $(READY)
	@$(BIN)/python -m benchmarks chaos --kills $(KILLS)

check: $(READY)
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --no-cache --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -p no:cacheprovider tests/house

fix: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# The environment: pinned versions with hashes, nothing resolved anew, nothing built outside the pins. pip fetches uv, one
# of the pins, and uv the others from pip's index: it takes a sixth of pip's processor time. Where it cannot, pip goes on.
PIP := $(BIN)/python -m pip --disable-pip-version-check
BY_PIP := install --quiet --no-compile --no-deps --require-hashes -r
BY_UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --system-certs --no-cache --no-deps
$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Odekake needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV)/ (once, about a minute) ..."
	@awk '/^[^ ]/ { uv = /^uv==/ } uv' constraints.txt >$(VENV)/pin-of-uv.txt
	@index=$$($(PIP) config list | sed -n "s/^[^ ]*[.]index-url='\(.*\)'$$/\1/p" | head -n 1); \
	  { $(PIP) $(BY_PIP) $(VENV)/pin-of-uv.txt && \
	    $(BY_UV) $${index:+--default-index "$$index"} --require-hashes -r constraints.txt && \
	    $(BY_UV) --no-build-isolation -e .; } 2>$(VENV)/pins.log || \
	  { $(PIP) $(BY_PIP) constraints.txt && $(PIP) install --quiet --no-deps --no-build-isolation -e .; }
	@touch $(READY)

# New pins after a change of dependencies. django-htmx is used for its static files only: Django stays out.
pins:
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-annotate --no-emit-package django --no-emit-package asgiref --no-emit-package sqlparse \
	  --quiet --output-file constraints.txt

# The pictures of the README, from the desk that `make run` serves.
screenshots: $(READY)
	@$(BIN)/python docs/screenshots/take.py http://127.0.0.1:$${ODEKAKE_PORT:-8000}/

wheel: $(READY)
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
