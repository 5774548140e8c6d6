# The developer's whole interface. `make demo` and `make test` need only Python 3.11 or later, pip,
# make and git; each makes the virtual environment it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# --no-input: never wait for a person; the version check would ask a server for news.
PIP_INSTALL := install --quiet --no-input --disable-pip-version-check

.PHONY: demo test real-crm real-crm-lock lint format types architecture licences check lock benchmarks peers screenshots notebook clean

demo: $(VENV)/.runtime  ## two years of demo data; print plan, splits, forecast; then the live web app (not in CI)
	@rm -rf demo
	$(BIN)/mellantid demo --directory demo $(if $(filter true,$(CI)),--no-serve)

test: $(VENV)/.development  ## run all tests
	$(BIN)/pytest -n auto --dist worksteal

real-crm: $(VENV)/.development  ## connect to a real Tryton, in an environment of its own, and try what people do in it
	$(PYTHON) tests/real_crm/preparing.py
	$(BIN)/pytest tests/real_crm

lint: $(VENV)/.development  ## style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.development  ## put the formatting right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.development  ## strict types
	$(BIN)/mypy

architecture: $(VENV)/.development  ## the core is pure, data goes one way
	$(BIN)/lint-imports --no-cache

licences: $(VENV)/.development  ## nothing under a GPL, AGPL or unknown licence in what a user may install
	$(BIN)/python .ci/shipped.py > $(VENV)/shipped.txt
	$(BIN)/pip-licenses --from=mixed --partial-match --fail-on 'GPL;General Public;Affero;UNKNOWN' \
	  --order=license --packages $$(cat $(VENV)/shipped.txt)

check: lint types architecture licences test  ## everything CI checks but the real CRM

benchmarks: $(VENV)/.development  ## ratios to floors and peers, measured in one run
	$(BIN)/python -m benchmarks

peers: $(VENV)/.development  ## against other packages, in an environment of their own; R where it is installed
	$(BIN)/python benchmarks/against_peers.py

screenshots: $(VENV)/.development  ## pictures of every page, light, dark and on a telephone, in both languages, into screenshots/
	PYTHONPATH=tests/web:tests/web/browser $(BIN)/python tests/web/browser/take_screenshots.py screenshots

notebook: $(VENV)/.development  ## run examples/notebook.ipynb anew and keep what it shows
	$(BIN)/python examples/run_notebook.py

# A Python without ensurepip (Debian's, where python3-venv is not installed) gets an empty
# environment, which its own pip then fills.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Mellantid needs Python 3.11 or later: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV) 2>/dev/null || $(PYTHON) -m venv --clear --without-pip $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	$(PYTHON) -m pip --python $(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements.lock
	$(PYTHON) -m pip --python $(BIN)/python $(PIP_INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(PYTHON) -m pip --python $(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

lock: $(VENV)/.development  ## pin what pyproject.toml allows, hashed and without host names
	$(BIN)/uv pip compile pyproject.toml $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --all-extras --group dev -c requirements.lock -o requirements-dev.lock

real-crm-lock: $(VENV)/.development  ## pin the real Tryton
	$(BIN)/uv pip compile tests/real_crm/requirements.in $(LOCK) -o tests/real_crm/requirements.txt

LOCK := --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--python-version 3.11 --quiet

clean:  ## remove the environment and what the demo wrote
	rm -rf $(VENV) demo
