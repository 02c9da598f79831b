# Two commands matter: `make up` starts the portal, `make test` proves it.
# Where there are two, the distribution's: built with its own profile, it runs the portal in three quarters of the time.
CAN_RUN := import ensurepip, sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for one in /usr/bin/python3 python3; do $$one -c '$(CAN_RUN)' 2>/dev/null && echo $$one && break; done),python3)
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes

# Compiled once, not by each of the many processes of tests and drills.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install up test check drills benchmark pictures pins format clean

install: $(VENV)/base.stamp

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本。"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "无法建立虚拟环境;Debian 系统请先安装 python3-venv。"; exit 2; }

$(VENV)/base.stamp: requirements/base.txt | $(PY)
	@echo "正在安装运行所需的软件包……"
	@$(PIP) -r requirements/base.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(PY)
	@echo "正在安装开发所需的软件包……"
	@$(PIP) -r requirements/dev.txt
	@touch $@ $(VENV)/base.stamp

up: install
	@$(PY) manage.py up

test: $(VENV)/dev.stamp
	@$(PY) -m tests.run

check: $(VENV)/dev.stamp
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/mypy
	@$(VENV)/bin/djlint templates --check --quiet
	@$(VENV)/bin/djlint templates --lint --quiet
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) manage.py check --fail-level WARNING

drills: $(VENV)/dev.stamp
	@$(PY) -m tests.drills

benchmark: $(VENV)/dev.stamp
	@$(PY) -m benchmarks.coverage

pictures: $(VENV)/dev.stamp
	@$(PY) -m tests.pictures

format: $(VENV)/dev.stamp
	@$(VENV)/bin/ruff check --fix --quiet .
	@$(VENV)/bin/ruff format --quiet .
	@$(VENV)/bin/djlint templates --reformat --quiet || true

# Pins for every platform, wheels only, without a registry's address.
pins:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet requirements/base.in -o requirements/base.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache staticfiles
