# Holdfast on one machine. `make run` and `make test` need only Python 3.11 and make.

PYTHON ?= python3
BIN := .venv/bin
HOUSE := reviews kaizen audits capa training metrics documents ui records people jobs evidence
INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends
PORT ?= 8000

.PHONY: setup run demo test faults check bench clean assets lock
.DEFAULT_GOAL := run

setup: assets

run: assets
	$(BIN)/python manage.py up --port $(PORT)

demo: setup
	$(BIN)/python manage.py demo --reset

test: assets
	@$(BIN)/python -m qms.doctor --tests --install --brief
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# What does not fit a suite of 20 minutes: 10,000 writes under 50 kills, the rest of tests/faults, and the API by its own
# schema, at full size.
faults: assets
	@$(BIN)/python -m qms.doctor --tests --install --brief
	HOLDFAST_FAULTS=full $(BIN)/python -m pytest -q -s -n 0 tests/faults tests/security/test_schemathesis.py

# Each says in its own text why: the linter takes a new table in SQL for a change of an old one.
WAIVED := 0002_challenges 0002_ledger 0003_access 0003_skills_and_courses 0004_measurement_keys

check: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.harness lintmigrations --project-root-path . --quiet ok ignore --ignore-initial-migrations --ignore-name $(WAIVED) --include-apps $(HOUSE)

bench: assets
	$(BIN)/python -m benchmarks

clean:
	-$(BIN)/python -m qms.embedded.clean
	rm -rf .venv var node_modules static/build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# A second run finds its stamps and does nothing.
.venv/installed: requirements.lock
	@$(PYTHON) -c "import sys; sys.exit('Holdfast needs Python 3.11 or newer.' if sys.version_info < (3, 11) else 0)"
	@$(PYTHON) -c "import ensurepip" 2>/dev/null || $(INSTALL) python3-venv || { echo "Install it as root:  apt-get install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m qms.doctor --install --brief
	touch $@

assets: .venv/installed var/assets

var/assets: .venv/installed package-lock.json $(shell find static templates -not -path 'static/build/*' -type f 2>/dev/null) \
  $(shell find $(HOUSE) -name '*.py' 2>/dev/null)
	$(BIN)/python manage.py build_assets
	@mkdir -p var
	touch $@

# After a change of pyproject.toml. The locks name no host, so they work behind any mirror.
LOCK := $(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header

lock: .venv/installed
	$(LOCK) --extra embedded --extra build --extra dev --output-file requirements.lock
	$(LOCK) --output-file requirements-runtime.lock
