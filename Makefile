# The commands a person needs. `make demo` and `make test` set up all they need in .venv; nothing else is touched.
PYTHON ?= python3
PYTEST_ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test check docs bench dist

demo: .venv/.installed  ## play the main story, and write what happened to webcertsim-demo/
	@$(BIN)/webcertsim demo

test: .venv/.installed-dev  ## run the tests; what was skipped, and why, is listed at the end
	@# Of "--oracle DIR" pytest would take the folder for the tests, before it knows the option.
	$(BIN)/python -m pytest $(subst --oracle ,--oracle=,$(PYTEST_ARGS))

check: .venv/.installed-dev  ## lint, formatting, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/.installed-dev  ## write the generated parts of the docs anew
	$(BIN)/python docs/generate.py

bench: .venv/.installed-dev  ## measure against peers in one run
	$(BIN)/python -m benchmarks

dist: .venv/.installed-dev  ## make wheel, sdist and a wheelhouse for installing without a network, in dist/
	rm -f dist/*.whl dist/*.tar.gz
	$(BIN)/python -m build --outdir dist
	$(BIN)/python packaging/wheelhouse.py dist/*.whl dist/wheelhouse

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=...") if sys.version_info < (3, 11) else 0'
	@echo "Making a virtual environment in .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.installed: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing what the program needs"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

.venv/.installed-dev: .venv/.installed
	@echo "Installing what the tests need"
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@
