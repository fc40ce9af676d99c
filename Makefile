# One command sets everything up and does the job: `make demo`, `make test`.
PYTHON ?= python3
VENV := .venv
# Tests make and delete many small files: in memory, where there is room for them and programs may run.
MEMORY = $(shell room=$$(df --output=avail -k /dev/shm 2>/dev/null | tail -1); [ "$$room" -gt 8000000 ] 2>/dev/null \
	&& ! grep -q '^[^ ]* /dev/shm .*noexec' /proc/mounts && echo PYTEST_DEBUG_TEMPROOT=/dev/shm)
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-faults bench lint bytecode docs pictures setup clean

demo: setup
	@$(BIN)/amp-sessions demo

test: setup
	@$(MAKE) --no-print-directory -j2 lint bytecode
	$(MEMORY) $(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" $(if $(RERUNS),--reruns $(RERUNS) -rfER)

test-faults: setup
	AMPSM_TEST_ALL_FAULTS=1 $(BIN)/python -m pytest -n auto -m "faults or slow" --timeout 3600

bench: setup
	$(BIN)/python -m tests.benchmarks $(if $(CHECK),--check) --json bench.json

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# What Python makes of the tests before their first run: once, beside mypy, instead of once in each process that tests.
bytecode: setup
	@ls tests/__pycache__/*pytest*.pyc >/dev/null 2>&1 || $(BIN)/python -m pytest --collect-only -q >/dev/null 2>&1 || true

pictures: setup
	$(BIN)/python -m tests.docs.pictures

docs: setup
	$(BIN)/python -m tests.docs.generate

setup: $(STAMP)
	@$(BIN)/python -m compileall -q ampsm ampsm_cli ampsm_gui

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=24"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[gui,dev]"
	@packaging/linux/qt-libraries $(BIN)/python || true
	@touch $(STAMP)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis bench.json
