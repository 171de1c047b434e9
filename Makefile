# Everything runs in .venv, which is set up when it is first needed and again when pyproject.toml
# changes. Once it is installed, nothing needs the network.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo quick test lint bench bench-transforms bench-gradcheck bench-compile bench-viz bench-nn try test-browser test-deep site course test-machines test-peers clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

demo: $(VENV)/.installed-plot,progress  ## run the worked example, train networks, draw under out/
	@echo "== running examples/backprop_by_hand.py"
	@$(BIN)/python examples/backprop_by_hand.py

quick: $(VENV)/.installed-test  ## the tests of the core, in under a minute
	@$(BIN)/python -m pytest -q -n auto -m "not wide and not browser" autograd tests/core tests/test_project.py

test: $(VENV)/.installed-test  ## run every test and doctest, with coverage
	@echo "== running the tests"
	@$(BIN)/python -m pytest -q -n auto -m "not wide and not browser" --cov --cov-report=term
	@echo "== running the wide ones: corpora and mutants, without coverage"
	@$(BIN)/python -m pytest -q -n auto -m "wide and not deep" tests

test-deep: $(VENV)/.installed-test  ## the rest of the long corpora: some five minutes more
	@$(BIN)/python -m pytest -q -n auto -m "deep and not browser" tests
	@$(BIN)/python -m pytest -q -m "deep and browser" tests

lint: $(VENV)/.installed-dev  ## ruff and mypy
	@echo "== ruff, mypy"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench:  ## measure against micrograd and XAD, in an environment of their own
	@$(PYTHON) benchmarks/run.py engine

bench-transforms:  ## measure transforms against HIPS autograd and JAX, each in its own environment
	@$(PYTHON) benchmarks/run.py transforms

bench-gradcheck:  ## the confusion matrix of this checker, torch's, JAX's and HIPS's
	@$(PYTHON) benchmarks/run.py gradcheck

bench-compile:  ## measure compiled functions against NumPy, torch, JAX and the eager engine
	@$(PYTHON) benchmarks/run.py compile

bench-viz:  ## how readable pictures are, before folding and now
	@$(PYTHON) benchmarks/run.py viz

bench-nn:  ## training against scikit-learn, micrograd and the eager loop
	@$(PYTHON) benchmarks/run.py nn

test-browser: $(VENV)/.installed-test  ## open pictures in Chromium and other readers, which it installs
	@$(BIN)/python tools/readers.py
	@echo "== opening what is drawn"
	@$(BIN)/python -m pytest -q -rs -m "browser and not deep" tests/browser

site: $(VENV)/.installed-test  ## make the documentation under out/site, without the network
	@$(BIN)/python tools/site.py

course: $(VENV)/.installed-test  ## make notebooks, slides and worksheets under out/course
	@$(BIN)/python tools/handouts.py

test-machines: $(VENV)/.installed-test  ## the tests as other machines run them; ONLY=busy for one
	@$(BIN)/python tools/machines.py $(ONLY)

test-peers: $(VENV)/.installed-test  ## compare with PyTorch and JAX, which it installs
	@echo "== installing PyTorch and JAX"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/peers/requirements.txt
	@$(BIN)/python -m pytest -q -rs -m peers tests

try: $(VENV)/.installed-test  ## the page that runs Python in the browser, into out/site/try; npm fetches Pyodide
	@$(BIN)/python tools/tryit.py

$(VENV)/.installed-%: pyproject.toml
	@echo "== installing chalkgrad[$*] into $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	@touch $@

clean:  ## remove .venv, out/ and caches
	rm -rf $(VENV) .bench out build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
