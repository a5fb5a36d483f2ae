# One command each. `make run` and `make test` set up what they need; nothing is installed by hand.
.PHONY: run test quick setup setup-dev format lint bench torture lock screens words package package-quick package-test

PYTEST := .venv/bin/python -m pytest
# Twice as many workers as the smallest machine has cores: a test that waits for a process leaves its core to another.
IN_TURN := -n 4 --dist loadfile --no-loadscope-reorder --durations=25

run: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then .venv/bin/python -m ui; \
	else echo "There is no display here, so no window: this is the drill."; .venv/bin/evidence-kit drill; fi

setup:
	@packaging/setup/setup.sh run

setup-dev:
	@packaging/setup/setup.sh dev

test: setup-dev lint
	@$(PYTEST) $(IN_TURN) -p tests.measured
	@$(MAKE) --no-print-directory package-quick

quick: setup-dev lint
	@$(PYTEST) $(IN_TURN) -m "not slow"

format: setup-dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lint: setup-dev
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@rm -f .lint-imports.log

# Ratios against named peers on this machine, in one run (docs/benchmarks.md explains the rows).
bench:
	@packaging/setup/setup.sh bench
	@.venv/bin/python -m tests.bench

# Long random faults: EVIDENCE_KIT_TORTURE=500 make torture
torture: setup-dev
	@EVIDENCE_KIT_TORTURE=$${EVIDENCE_KIT_TORTURE:-500} $(PYTEST) -m torture --timeout 0

# A picture of every screen in light, dark, French, mirrored and with long words, in build/screens.
screens: setup-dev
	@.venv/bin/python -m tests.ui.pictures build/screens

# After texts changed: bring resources/locale/*.po in step with the code.
words: setup-dev
	@.venv/bin/python packaging/setup/catalogues.py collect
	@.venv/bin/python packaging/setup/catalogues.py check

# Hashes only: no index address, no download address.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --extra setup pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --extra setup --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --extra setup --extra package -c requirements.lock pyproject.toml -o requirements-package.lock

# Packages that install and run without Python and without a network, in dist/ (packaging/linux/README.md).
package:
	@packaging/setup/setup.sh package
	@LC_ALL=C.UTF-8 .venv-package/bin/python packaging/linux/build.py

# The same content uncompressed, in bare systems without Python and without a network; as root, on Debian.
package-quick: setup-dev
	@command -v dpkg-deb >/dev/null || { echo "The packages are not tried: they are made on Debian."; exit 0; }; \
	packaging/setup/setup.sh package && LC_ALL=C.UTF-8 .venv-package/bin/python packaging/linux/build.py --uncompressed && \
	EVIDENCE_KIT_PACKAGES=build/package/uncompressed $(PYTEST) -n 2 --dist loadfile --timeout 900 -rs -m "not slow" packaging/linux/tests

# The packages themselves, also in a newer Debian and under its kernel, and built once more elsewhere to compare the bytes.
package-test: setup-dev package
	@packaging/setup/setup.sh computer
	@$(PYTEST) -s -rs --timeout 1800 packaging/linux/tests
