#!/usr/bin/env bash
# ansible-test sanity on the collection as it is shipped: built, installed below build/, under version control of its own.
# sanity.sh [TEST...]: only those tests.
set -euo pipefail
# shellcheck source=tests/gates/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

CACHE_DIR="${XDG_CACHE_HOME:-$HOME/.cache}/benevoclic-updates/sanity"
WORK_DIR="$CLONE_DIR/build/sanity"
INSTALLED="$WORK_DIR/ansible_collections/benevoclic/updates"
log="$CLONE_DIR/build/sanity.log"

# Not here: what lint.sh does already with the project's own rules and versions (yamllint, shellcheck, pep8 = ruff),
# and tests of files that a collection of ours does not have.
SKIPPED=(yamllint shellcheck pep8 pslint)

# Made from the files of the clone, committed or not; git status of the result is clean, so everything is tested.
install_collection() {
  rm -rf "$WORK_DIR"
  mkdir -p "$WORK_DIR"
  ansible-galaxy collection build --force --output-path "$WORK_DIR" .
  ansible-galaxy collection install --no-deps --offline --force --collections-path "$WORK_DIR" "$WORK_DIR"/benevoclic-updates-*.tar.gz
  git -C "$INSTALLED" init --quiet
  git -C "$INSTALLED" add --all
}

# ansible-test makes virtual environments of its own below HOME, kept from run to run, and fetches get-pip for them from one
# host. Here it gets a HOME of its own with a get-pip that lets Python's bundled pip install what was asked for.
# PIP_* variables do not pass, pip's configuration file does: what pip knows now is written into it.
prepare_home() {
  python - "$CACHE_DIR" <<'PYTHON'
import ast
import os
import re
import subprocess
import sys
from pathlib import Path

from ansible_test._internal import python_requirements

home = Path(sys.argv[1])
version = re.search(r"\bpip='([0-9.]+)'", Path(python_requirements.__file__).read_text())[1]
get_pip = home / ".ansible/test/cache" / f"get_pip_{version.replace('.', '_')}.py"
get_pip.parent.mkdir(parents=True, exist_ok=True)
get_pip.write_text(
    'import ensurepip, os, runpy, sys\n'
    'ensurepip.bootstrap()\n'
    'os.environ.pop("PIP_CONFIG_FILE", None)  # ensurepip switches the configuration off\n'
    'wanted = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]\n'
    'sys.argv = ["pip", "install", "--quiet", "--upgrade", *wanted]\n'
    'runpy.run_module("pip", run_name="__main__", alter_sys=True)\n'
)
known = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
sections = {}
for key, value in (line.split("=", 1) for line in known.stdout.splitlines() if "=" in line):
    section, name = key.rsplit(".", 1)
    sections.setdefault("global" if section == ":env:" else section, {})[name] = ast.literal_eval(value)
config = home / ".config/pip/pip.conf"
config.parent.mkdir(parents=True, exist_ok=True)
config.unlink(missing_ok=True)
text = "".join(f"[{s}]\n" + "".join(f"{n} = {v}\n" for n, v in names.items()) for s, names in sections.items())
with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT, 0o600), "w") as stream:
    stream.write(text)
PYTHON
}

run_tests() {
  local options=(--color no --python "$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')") test
  if [ "$#" -gt 0 ]; then
    for test in "$@"; do options+=(--test "$test"); done
  else
    for test in "${SKIPPED[@]}"; do options+=(--skip-test "$test"); done
  fi
  (cd "$INSTALLED" && HOME=$CACHE_DIR ansible-test sanity "${options[@]}")
}

mkdir -p "$CLONE_DIR/build"
begun=$SECONDS
{ install_collection && prepare_home; } >"$log" 2>&1 || { cat "$log"; exit 1; }
if ! run_tests "$@" >"$log" 2>&1; then
  grep -vE '^(Running sanity test|Installing|Creating|Collecting)' "$log" || true
  exit 1
fi
ran=$(grep -c '^Running sanity test' "$log")
# Silence is not success: the tests must have been run.
if [ "$#" -eq 0 ] && [ "$ran" -lt 15 ]; then
  cat "$log"
  echo "only $ran sanity tests were run"
  exit 1
fi
echo "ok      $ran sanity tests in $((SECONDS - begun)) s"
