# Every command that people and CI use; what each does is in README.md.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
# Tools of the clone first; collections resolve in the clone; nothing of this machine's Ansible settings leaks in.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/.ansible/collections
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg

include demo/demo.mk

.PHONY: help venv venv-dev test-platform demo migration test lint sanity unit integration molecule bench chaos

help:
	@sed -n 's/^## //p' Makefile

venv:
	@demo/platform/venv.sh requirements.txt

venv-dev: venv
	@demo/platform/venv.sh requirements-dev.txt

integration molecule bench chaos test-platform: export REGISTRY_PORT = $(shell demo/platform/test-registry.sh)
test-platform:
	@demo/platform/platform.sh

## make demo         a running demo stack at 1.0.0, then the feature update to 1.1.0
demo: venv demo-up
	@ansible-playbook playbooks/bootstrap.yml
	@ansible-playbook playbooks/feature_update.yml -e version=$(DEMO_VERSION)
DEMO_VERSION ?= 1.1.0

## make demo-info    JSON: addresses, database, folders of the running demo
## make demo-down    removes all that the demo made
## make migration NAME=add_things   a new migration file to be filled in
migration: export MIGRATION_NAME = $(value NAME)
migration: venv
	@ansible-playbook playbooks/new_migration.yml

## make test         every check there is
test: venv-dev
	@python tests/run_all.py

## make lint         formatting, types, Ansible and YAML rules
lint: venv-dev
	@tests/gates/lint.sh

## make sanity       ansible-test sanity on the built collection
sanity: venv-dev
	@tests/gates/sanity.sh

## make unit         tests without services
unit: venv-dev
	@mkdir -p build/results && pytest tests/unit --junitxml=build/results/unit.xml

# Most of their time is waiting: three files at once, each with stacks, ports and folders of its own.
## make integration  tests against the real engine, database, receivers
integration: venv-dev test-platform
	@mkdir -p build/results && pytest tests/integration --numprocesses=3 --dist=loadfile --no-loadscope-reorder --junitxml=build/results/integration.xml

## make molecule     scenarios, or one with SCENARIO=name
molecule: venv-dev test-platform
	@tests/gates/molecule.sh $(SCENARIO)

## make bench        ours beside the manual's own script
bench: venv-dev test-platform
	@python tests/bench/run.py

## make chaos        work killed at random moments; CHAOS="--only backup --count 10 --seed 7"
chaos: venv-dev test-platform
	@python tests/chaos/run.py $(CHAOS)
