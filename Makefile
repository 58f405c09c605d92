# Durably. `make` alone says what there is; ARGS are handed on, as in `make run ARGS='--port 9000'`.
#
# Everything runs in .venv, which is made from the locked requirements and made anew when they change. Another Python:
# `PYTHON=python3.12 make run`.

PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
DOCKER ?= docker
KIND ?= kind
KUBECTL ?= kubectl --context kind-$(CLUSTER)
HELM ?= helm --kube-context kind-$(CLUSTER)
CLUSTER ?= durably
TAG ?= dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Expanded in a recipe, so only where a virtual environment is about to be made.
found = $(shell command -v $(PYTHON) 2>/dev/null)
version = $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
recent = $(shell $(PYTHON) -c 'import sys; print("yes" if sys.version_info >= (3, 11) else "")' 2>/dev/null)
no_python = there is no $(PYTHON) here; install Python 3.11 or newer, or say where it is: PYTHON=/path/to/python3 make run
old_python = $(PYTHON) is Python $(version), Durably needs 3.11 or newer; say which one to use: PYTHON=python3.12 make run
require_python = $(if $(version),$(if $(recent),,$(error $(old_python))),$(error $(no_python)))

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench images up down e2e lock docs explain clean

help: ## this list
	@echo 'make TARGET, where TARGET is one of'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-9s %s\n", $$1, $$2 }'
	@echo
	@echo 'Begin with `make run`: it needs Python 3.11 or newer and nothing else. Options of what it starts: $(BIN)/durably dev --help'

run: $(RUNTIME) ## start the engine, a worker and the API on this machine; Ctrl-C stops them
	@exec $(BIN)/durably dev $(ARGS)

demo: $(RUNTIME) ## kill a worker in the middle of a task and see what ran where, and how often
	@exec $(BIN)/durably demo $(ARGS)

test: $(DEV) ## run every test that this machine can run, and say what is left out and why
	$(BIN)/python -m pytest $(ARGS)

check: $(DEV) ## style, formatting, types, import rules, and the determinism of workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/durably lint durably worker examples

bench: $(DEV) ## measure throughput, latency and cost on this machine; the numbers go to docs/performance.md
	$(BIN)/python -m benchmarks $(ARGS)

images: ## build the images durably-api:$(TAG) and durably-worker:$(TAG)
	$(DOCKER) build $(DOCKER_ARGS) --target api -t durably-api:$(TAG) .
	$(DOCKER) build $(DOCKER_ARGS) --target worker -t durably-worker:$(TAG) .
	@$(DOCKER) image inspect -f '{{index .RepoTags 0}} {{.Size}} bytes' durably-api:$(TAG) durably-worker:$(TAG)

up: images ## a kind cluster with Dapr, our images and the chart; the API on localhost:8080
	@$(KIND) get clusters 2>/dev/null | grep -qx $(CLUSTER) || $(KIND) create cluster --name $(CLUSTER) --config kind-config.yaml --wait 180s
	@$(KIND) export kubeconfig --name $(CLUSTER) # the context that dapr init takes
	@$(KUBECTL) get crd components.dapr.io >/dev/null 2>&1 || dapr init --kubernetes --wait
	@# The restricted Pod Security level wants it of every container, Dapr's injector gives it only when told.
	$(KUBECTL) -n dapr-system set env deployment/dapr-sidecar-injector SIDECAR_DROP_ALL_CAPABILITIES=true
	$(KUBECTL) -n dapr-system rollout status deployment/dapr-sidecar-injector --timeout 120s
	$(KIND) load docker-image --name $(CLUSTER) durably-api:$(TAG) durably-worker:$(TAG)
	@$(KUBECTL) create namespace durably --dry-run=client -o yaml | $(KUBECTL) apply -f - >/dev/null
	$(KUBECTL) label --overwrite namespace durably pod-security.kubernetes.io/enforce=restricted
	$(HELM) upgrade --install durably charts/durably --namespace durably -f charts/durably/values-kind.yaml --wait --timeout 5m \
	  --set api.image.tag=$(TAG) --set-string api.podAnnotations.image=$$($(DOCKER) image inspect -f '{{.Id}}' durably-api:$(TAG)) \
	  --set worker.image.tag=$(TAG) --set-string worker.podAnnotations.image=$$($(DOCKER) image inspect -f '{{.Id}}' durably-worker:$(TAG)) $(ARGS)

down: ## delete that cluster
	$(KIND) delete cluster --name $(CLUSTER)

e2e: $(DEV) ## kill things on a cluster while workflows run; on the current one, or one that it makes
	$(BIN)/python -m pytest tests/e2e $(ARGS)

docs: $(DEV) ## write docs/configuration.md, docs/cli.md, the rules of docs/determinism.md, the chart's schema and its value table anew from the declarations
	$(BIN)/python -m durably.cli.reference > docs/configuration.md
	$(BIN)/python -m durably.cli.manual > docs/cli.md
	$(BIN)/python -m durably.lint.rulebook.page docs/determinism.md
	$(BIN)/python -m charts.reference

explain: $(DEV) ## run the task pipeline, kill its worker, and write docs/how-replay-works.md out of what happened
	$(BIN)/python -m tests.explain

lock: ## resolve requirements/*.in to requirements/*.txt, with hashes; needs uv
	@command -v $(UV) >/dev/null || { echo 'make lock needs uv: pip install uv, or UV=/path/to/uv make lock' >&2; exit 2; }
	$(UV) pip compile --generate-hashes --universal --python-version 3.11 --no-header requirements/runtime.in -o requirements/runtime.txt
	$(UV) pip compile --generate-hashes --universal --python-version 3.11 --no-header requirements/dev.in -o requirements/dev.txt
	$(UV) pip compile --generate-hashes --universal --python-version 3.11 --no-header requirements/cluster.in -o requirements/cluster.txt

clean: ## remove the virtual environment and caches; the state in .durably stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements/runtime.txt pyproject.toml | $(BIN)/pip
	@echo 'Installing what Durably needs into $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml | $(BIN)/pip
	@echo 'Installing what the tests need into $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(RUNTIME)

$(BIN)/pip:
	$(require_python)@$(PYTHON) -m venv $(VENV) || { echo 'cannot make $(VENV); on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 2; }
