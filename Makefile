# Two commands matter: `make run` and `make test`. Both start from nothing but Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
CODE := flows tasks schemas config tests bench

# WHEELHOUSE=folder: set up from a folder of `make wheelhouse`, without any network.
FROM_FOLDER := $(if $(WHEELHOUSE),--no-index --find-links $(WHEELHOUSE),)

.PHONY: test-pg15 test-year test-properties wheelhouse test-wheelhouse test-server test-readers run test test-faults lint types demo bench docs clean test-bi test-pages site setup lock
.DEFAULT_GOAL := run

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@echo "Einrichten: $(VENV) (einmalig, etwa eine Minute)"
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { $(PYTHON) -m pip --version >/dev/null && $(PYTHON) -m pip install -q --user virtualenv && $(PYTHON) -m virtualenv -q $(VENV); }
	@$(BIN)/python -m pip install -q --disable-pip-version-check $(FROM_FOLDER) uv
	@$(BIN)/uv pip sync -q $(FROM_FOLDER) --compile-bytecode --require-hashes --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation --python $(BIN)/python -e .
	@$(BIN)/python -m compileall -q flows tasks schemas config sql
	@touch $(STAMP)

# The shipped county on the embedded server; exit 8 (published, rows in quarantine) is a published night too.
run: $(STAMP)
	@$(BIN)/teilhabe sync || [ $$? -eq 8 ]
	@echo
	@$(BIN)/teilhabe kpi --period 2020/21

test: $(STAMP) lint types
	@$(BIN)/pytest -n 2 --dist loadscope

lint: $(STAMP)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check -q $(CODE)
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/sqlfluff lint -q sql

types: $(STAMP)
	@$(BIN)/mypy

# Every scenario on Debian's PostgreSQL 15 (make test takes the wheel's, and 15 where a statement may differ).
test-pg15: $(STAMP)
	@TEILHABE_TEST_PG_BIN=/usr/lib/postgresql/15/bin $(BIN)/pytest -n 2 --dist loadscope tests/flows tests/spec tests/sql

# A year of nights, every second week held against an independent recomputation (some ten minutes).
test-year: $(STAMP)
	@TEILHABE_YEAR=365 $(BIN)/pytest tests/spec/test_nights_oracle.py -k year

# Drawn counties, orders and replays: many more than the suite tries (EXAMPLES=100 takes some ten minutes).
EXAMPLES ?= 100
test-properties: $(STAMP)
	@TEILHABE_EXAMPLES=$(EXAMPLES) $(BIN)/pytest tests/spec/test_counting_properties.py
	@TEILHABE_EXAMPLES=$$(( $(EXAMPLES) / 10 )) $(BIN)/pytest tests/spec/test_nights_oracle.py -k neither

# Accessibility of report and admin page in a real browser, structure of the PDF by a second library: wants chromium and npm.
test-pages: $(STAMP)
	@[ -x build/pdfua/bin/python ] || { $(PYTHON) -m venv build/pdfua && $(BIN)/uv pip install -q --python build/pdfua/bin/python "pikepdf>=9"; }
	@npm install --silent --no-fund --no-audit --prefix build/axe axe-core
	@TEILHABE_AXE=build/axe/node_modules/axe-core/axe.min.js TEILHABE_PDF_PYTHON=$(CURDIR)/build/pdfua/bin/python $(BIN)/pytest tests/pages

# Dashboards in a real Superset, installed in an environment of its own (takes some minutes and 1 GB).
test-bi: $(STAMP)
	@[ -x build/superset/bin/superset ] || { $(PYTHON) -m venv build/superset && $(BIN)/uv pip install -q --python build/superset/bin/python "apache-superset==6.1.*" "flask-caching<2.5" rich cachetools psycopg2-binary pillow; }
	@TEILHABE_SUPERSET=$(CURDIR)/build/superset/bin/superset $(BIN)/pytest tests/bi

# The made-up deliveries are made anew from the golden set, byte for byte the same.
demo: $(STAMP)
	@$(BIN)/python config/paderborn/make_deliveries.py

# Ours, the peers and the floor in one run: make bench SIZES="10000 100000 1000000" REPEATS=5
SIZES ?= 10000 100000
REPEATS ?= 5
bench: $(STAMP)
	@$(BIN)/python -m bench --sizes $(SIZES) --repeats $(REPEATS)

docs: $(STAMP)
	@$(BIN)/python -m flows.reference

# The same pages as a site: build/site/index.html
site: $(STAMP)
	@$(BIN)/mkdocs build -q --strict

lock:
	@$(BIN)/uv pip compile -q pyproject.toml --group dev --extra remote --universal --generate-hashes --python-version 3.11 --no-annotate --no-header -o requirements.lock

# Everything that is installed, as files (two development tools come as source only) with their hashes: carry build/wheelhouse and this tree to the server.
wheelhouse: $(STAMP)
	@mkdir -p build/wheelhouse
	@$(BIN)/python -m pip download -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock -d build/wheelhouse
	@$(BIN)/python -m pip download -q --disable-pip-version-check --only-binary :all: --no-deps uv -d build/wheelhouse
	@cd build/wheelhouse && sha256sum *.whl *.tar.gz > SHA256SUMS && echo "$$(wc -l < SHA256SUMS) files, $$(du -sh . | cut -f1)"

# The proof: a fresh copy of this tree is set up and runs a night where no network exists (wants Linux and root).
test-wheelhouse: wheelhouse
	@rm -rf build/offline && mkdir -p build/offline && git archive HEAD | tar -x -C build/offline
	@unshare --net sh -ec 'ip link set lo up 2>/dev/null || true; cd build/offline; make run WHEELHOUSE=$(CURDIR)/build/wheelhouse; .venv/bin/teilhabe db stop'

# Server files against the schemas of Kubernetes and Compose, in an environment of its own.
test-server: $(STAMP)
	@[ -x build/schemas/bin/check-jsonschema ] || { $(PYTHON) -m venv build/schemas && $(BIN)/uv pip install -q --python build/schemas/bin/python "kubernetes-validate==1.37.*" "check-jsonschema==0.39.*"; }
	@build/schemas/bin/check-jsonschema --builtin-schema vendor.compose-spec docs/server/compose.yaml
	@build/schemas/bin/kubernetes-validate --strict docs/server/kubernetes/*.yaml
	@$(BIN)/pytest tests/flows/test_server_files.py

clean:
	@[ ! -x $(BIN)/teilhabe ] || $(BIN)/teilhabe db stop || true
	rm -rf $(VENV) config/paderborn/state build dist .mypy_cache .ruff_cache .pytest_cache

# The sweep of faults: a night killed at more than two hundred of its writes, every other fault at more points, and the
# slow ones: Prefect lost with server, worker and memory, the database's disk full, a backup brought back and replayed.
test-faults: $(STAMP)
	@FAULT_POINTS=208 $(BIN)/pytest -n 2 --dist load tests/faults/test_broken_nights.py tests/faults/test_database_disk_full.py tests/faults/test_database_old.py tests/faults/test_disk_full.py tests/faults/test_orchestrator_lost.py

# Ten thousand reads in both isolation levels while fifty releases publish.
test-readers: $(STAMP)
	@READER_RELEASES=50 READER_READS=10000 $(BIN)/pytest tests/faults/test_readers.py
