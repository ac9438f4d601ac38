# Two commands are enough: `make demo`, `make test`. Each sets up what it needs and can be run again at no cost.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The newest plan folder; `make run PLAN=plans/2027` takes another.
PLAN ?= $(lastword $(sort $(patsubst %/plan.yaml,%,$(wildcard plans/*/plan.yaml))))
DATABASE ?= sqlite:///monitor.db

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# By the environment, so that it holds for what builds the package, too.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(PIP_CONSTRAINT)

.PHONY: demo test run check bench install clean

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what monitor needs into $(VENV) (once; a minute or two) …" >&2
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(STAMP)

install: $(STAMP)

demo: $(STAMP)
	@$(BIN)/python -m demo

run: $(STAMP)
	@mkdir -p out; \
	$(BIN)/monitor --database $(DATABASE) --plan $(PLAN) run; code=$$?; \
	$(BIN)/monitor --database $(DATABASE) --plan $(PLAN) report -o out/bao-cao-tuan.html -o out/bao-cao-tuan.docx -o out/bao-cao-tuan.xlsx || exit $$?; \
	exit $$code

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not browser and not postgres"

test: $(STAMP)
	@PATH="$(CURDIR)/$(BIN):$$PATH" tests/run

# Some peers want other versions than we do: they have an environment of their own, and constraints of their own.
PEERS := .venv-bench
$(PEERS)/.installed: benchmarks/peers/requirements.txt
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@echo "Installing the peers into $(PEERS) (once; a minute or two) …" >&2
	@env -u PIP_CONSTRAINT -u PIP_BUILD_CONSTRAINT $(PEERS)/bin/python -m pip install --quiet --no-deps --requirement $<
	@touch $@

bench: $(STAMP) $(PEERS)/.installed
	@$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA)) $(if $(AEB),--aeb $(AEB)) $(if $(EVAL),--eval $(EVAL)) $(if $(QUICK),--quick)

clean:
	rm -rf $(VENV) $(PEERS) demo/out out
