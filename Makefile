# make build   the environment, then the built-in graph checked and published into dist/: exports and site
# make test-browser  the site in Chromium and behind nginx and Apache; needs those, Node and npm
# make test-clients  the published files and a server in the tools of others; needs Java, Maven, Node, npm and Go
# make test-suites   the W3C's suites of RDF syntaxes, which releases of rdflib on PyPI carry
# make test    the tests; PYTEST_ARGS="-k query" for some
# make test-slow     what `make test` leaves out: proofs beside other programs, and walks through all cases
# make test-bare     all that a newcomer does, and the tests, on bare Debian systems and other Pythons, as root: hours;
#                    ARGS="bookworm 3.12" for some of them
# make fuzz    our SHACL engine against two others, over thousands of random graphs
# make proof   the standing attack: signals, failing calls, cuts of power, broken files, hostile servers, projects and
#              clients: it takes long; ARGS="--size 0.2 --seed 2" for less or other choices, ARGS="cuts files" for parts
# make docs    the reference pages that code and graph already say
# make screenshots   pictures of each kind of page, light and dark, into docs/pictures/
# make bench-site    the site of growing graphs, into bench/results/; ARGS="--sizes 1000 --runs 1" for less
# make test-stores   loading into three real stores, which it starts and stops; needs Java, Maven, Virtuoso; `make test`
#              has the fourth, Oxigraph
# make bench-load    loading beside the bare transfer, into bench/results/; ARGS="--sizes 10k --runs 1" for less
# make bench-check   validation beside other engines, into bench/results/: hours; ARGS="--sizes 10k" for less
# make bench-export  exports beside other programs, into bench/results/: 25 minutes; ARGS="--sizes 100k --runs 1" for less
# make bench-portal  portals of several projects, into bench/results/; ARGS="--sizes 5x20" for less
# make bench-serve   the server beside others, into bench/results/; needs wrk; ARGS="--runs 1" for less
# make bench-probe   what probe finds on our server and on two others, into bench/results/
# make bench-sources  passages in a newer text, beside programs that go by likeness, into bench/results/
# make bench-edit   one edit in a session beside a check of everything, into bench/results/; ARGS="--sizes 10k" for less
# make bench-fit    wrong claims that the words of a passage show to be wrong, into bench/results/; ARGS="--text FILE" with
#                    the text of a source
# make check   format, lint, types, layers, tests, docs: what a commit has to pass
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: build test test-slow test-bare fuzz proof check lint types layers docs bench-check bench-edit bench-export bench-fit bench-load bench-portal bench-probe bench-serve bench-site bench-sources screenshots test-browser test-clients test-stores test-suites lock clean

build: $(READY)
	$(BIN)/scograph build

test: $(READY)
	$(BIN)/pytest -n auto --dist loadfile $(PYTEST_ARGS)

test-slow: $(READY)
	$(BIN)/pytest -m slow -n auto --dist loadfile $(PYTEST_ARGS)

test-bare:
	$(PYTHON) tests/bare/systems.py --tests $(ARGS)

fuzz: $(READY)
	$(BIN)/pytest tests/test_shacl_differential.py -m "slow or not slow" --hypothesis-profile=thorough --timeout=0 -o faulthandler_timeout=0

proof: $(READY)
	$(BIN)/python -m tests.proof $(ARGS)

test-browser: $(READY)
	npm ci --silent --no-audit --no-fund --prefix tests/browser
	$(BIN)/pytest -m browser

test-clients: $(READY)
	$(BIN)/pytest -m clients -rP tests/clients $(PYTEST_ARGS)

test-suites: $(READY)
	$(BIN)/pytest -m suites tests/test_w3c_suites.py tests/test_jsonld_suites.py

screenshots: build
	npm ci --silent --no-audit --no-fund --prefix tests/browser
	node tests/browser/shots.mjs dist docs/pictures
	$(BIN)/python tests/browser/desk_shots.py docs/pictures

test-stores: $(READY)
	$(BIN)/pytest tests/stores -m stores -n auto --dist loadfile

check: lint types layers test

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/scograph fmt --check ontology shapes data examples

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 2))' || { echo "Python 3.11.2 or newer is needed, and $$($(PYTHON) --version) is here: make PYTHON=python3.12 build, say"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

docs: $(READY)
	$(BIN)/python docs/generate.py

bench-export: $(READY)
	$(BIN)/python -m bench.export $(ARGS)

bench-check: $(READY)
	$(BIN)/python -m bench.check $(ARGS)

bench-site: $(READY)
	$(BIN)/python -m bench.site $(ARGS)

bench-load: $(READY)
	$(BIN)/python -m bench.load $(ARGS)

bench-serve: $(READY)
	$(BIN)/python -m bench.serve $(ARGS)

bench-probe: $(READY)
	$(BIN)/python -m bench.probed $(ARGS)

bench-sources: $(READY)
	$(BIN)/python -m bench.sources $(ARGS)

bench-portal: $(READY)
	$(BIN)/python -m bench.portal $(ARGS)

bench-edit: $(READY)
	$(BIN)/python -m bench.edit $(ARGS)

bench-fit: $(READY)
	$(BIN)/python -m bench.fit $(ARGS)

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements.lock --upgrade

clean:
	rm -rf $(VENV) bench/.venv bench/.data dist build .mypy_cache .ruff_cache .pytest_cache
