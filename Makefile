# Set-up, server and checks; `make` alone lists the targets.
# A checkout needs GNU make, Python 3.12 or 3.13 and, the first time, a network.
# Only relative paths stand here: make cannot spell a folder whose name has a space.

.DEFAULT_GOAL := help
.NOTPARALLEL: # two targets at once would install into .venv twice
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: FORCE help serve test quick lint bench venv browser constraints clean

PIP := .venv/bin/python -m pip
# Optional parts of the program: make serve EXTRAS=sentence-transformers
EXTRAS :=
# Without isolation an editable install needs no network once setuptools is there.
# Modules are compiled when they are first imported, which is half of an installation's time less.
INSTALL := -m pip install --no-compile --no-build-isolation --constraint constraints.txt
unexport PYTHONDONTWRITEBYTECODE
OURS := import sys; sys.prefix != sys.base_prefix or sys.exit(1)
VERSION := import sys; print(*sys.version_info[:2])
FITS := import ensurepip, sys; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 13))

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

serve: .venv/.installed$(EXTRAS:%=-%) ## index seeds/ if need be, and serve http://127.0.0.1:8000
	@# Only when seeds/ has changed since, or the index cannot be opened.
	@# Exit code 1 says that some records were rejected; the rest is indexed and served.
	@if [ -n "$$(find seeds -newer index/current 2>&1 | head -n 1)" ] || \
	    ! .venv/bin/khabaryab status --index index >/dev/null 2>&1; then \
	    .venv/bin/khabaryab index seeds --index index || [ $$? -eq 1 ]; \
	fi
	.venv/bin/khabaryab serve --index index

test: lint browser .venv/light/.installed ## lint, then the whole suite with coverage
	.venv/bin/pytest --numprocesses auto --dist loadfile \
	    --cov=indexer --cov=search_web --cov-report=term:skip-covered --cov-fail-under=90

quick: lint ## lint and the fast tests, in two minutes
	.venv/bin/pytest --numprocesses auto --dist loadfile -m "not slow and not encoder and not browser"

lint: .venv/.installed-test ## style, format and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

bench: .venv/.installed ## measure speed, as ratios in one run
	.venv/bin/python -m benchmarks

venv: .venv/.python ## an empty .venv, to put another torch there first

browser: ## the browser that the tests drive
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing chromium for the browser tests."; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    if apt-get update -qq && apt-get install -qq --no-install-recommends chromium >/dev/null; then exit 0; fi; \
	    echo "apt-get could not install chromium, which the browser tests need (see above)." >&2; \
	else \
	    echo "The browser tests need the command chromium:" \
	        "install your system's package (as root: apt-get install chromium)." >&2; \
	fi; \
	if [ "$$CI" = true ]; then exit 1; fi

constraints: .venv/.python ## pin the newest versions in constraints.txt
	$(PIP) install --quiet --upgrade pip setuptools
	$(PIP) install --dry-run --ignore-installed --no-build-isolation --quiet \
	    --report .venv/resolved.json '.[test,sentence-transformers]' pip
	@.venv/bin/python -c '$(PINS)' >.venv/constraints.txt
	@mv .venv/constraints.txt constraints.txt

PINS := import json; \
    header = [line for line in open("constraints.txt").read().splitlines() if line.startswith("\#")]; \
    found = [each["metadata"] for each in json.load(open(".venv/resolved.json"))["install"]]; \
    pins = [each["name"] + "==" + each["version"].split("+")[0] for each in found if each["name"] != "khabaryab"]; \
    print(*header, *sorted(pins, key=str.lower), sep="\n")

clean: ## remove .venv and every cache; index/ stays
	rm -rf .venv build *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name .git -prune -o -name __pycache__ -prune -exec rm -rf {} +

# The stamps lie inside .venv and vanish with it; each is written last, so that an interrupted installation
# is taken up again.
.venv/.installed: .venv/.python pyproject.toml constraints.txt
	@echo "Installing into .venv; the first time this takes about a minute."
	@.venv/bin/python $(INSTALL) --quiet pip setuptools
	PYTHONWARNINGS=ignore .venv/bin/python $(INSTALL) --quiet --editable .
	@touch $@

.venv/.installed-%: .venv/.python pyproject.toml constraints.txt
	@echo "Installing into .venv; the first time this takes some minutes."
	@.venv/bin/python $(INSTALL) --quiet pip setuptools
	PYTHONWARNINGS=ignore .venv/bin/python $(INSTALL) --editable '.[$*]'
	@touch .venv/.installed $@

.venv/.installed-test: .venv/.installed-test,sentence-transformers
	@touch $@

# What `make serve` installs, in a venv of its own: the tests run it without the test tools and the extra.
.venv/light/.installed: .venv/.python pyproject.toml constraints.txt
	@rm -rf .venv/light && .venv/bin/python -m venv .venv/light
	@.venv/light/bin/python $(INSTALL) --quiet pip setuptools
	PYTHONWARNINGS=ignore .venv/light/bin/python $(INSTALL) --quiet --editable .
	@touch $@

# Scripts in .venv know its absolute path: after a move, or without its interpreter, it is made anew.
.venv/.python: FORCE
	@if [ -e $@ ] && [ "$$(cat $@)" != "$$(pwd -P)" ]; then rm -rf .venv; fi; \
	if [ -n "$(PYTHON)" ] && "$(PYTHON)" -c '$(FITS)' 2>/dev/null && \
	    [ "$$("$(PYTHON)" -c '$(VERSION)')" != "$$(.venv/bin/python -c '$(VERSION)' 2>/dev/null)" ]; then \
	    rm -rf .venv; \
	fi; \
	if .venv/bin/python -c '$(OURS); $(FITS)' 2>/dev/null; then \
	    if [ -e $@ ]; then exit 0; fi; \
	    if $(PIP) --version >/dev/null 2>&1; then pwd -P >$@; exit; fi; \
	fi; \
	for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12); do \
	    if "$$python" -c '$(FITS)' >/dev/null 2>&1; then \
	        echo "Creating .venv with $$("$$python" --version)."; \
	        rm -rf .venv && "$$python" -m venv .venv && pwd -P >$@; exit; \
	    fi; \
	done; \
	echo "Khabaryab needs Python 3.12 or 3.13 with its venv module;" \
	    "here $(or $(PYTHON),python3) is: $$("$(or $(PYTHON),python3)" --version 2>&1 | head -n 1)." \
	    "Get one (pyenv install 3.12, uv python install 3.12, or your system's python3.12 and python3.12-venv)" \
	    "or name one: make PYTHON=/path/to/python3.12" >&2; \
	exit 1
